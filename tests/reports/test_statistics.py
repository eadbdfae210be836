"""Difficulty, discrimination, misleading samples, changes, and the table for pandas."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.course.layout import CourseError
from autograder.reports.changes import Change, changes, remember, scores_of
from autograder.reports.rows import COLUMNS, rows, write_rows
from autograder.reports.statistics import task_statistics
from autograder.results.schema import Result, TaskResult
from tests.reports.fake import make_result, make_task, make_test


def result_of(student: str, tasks: list[TaskResult]) -> Result:
    """A result of these tasks alone."""
    score = sum(task.score for task in tasks)
    return make_result(student).model_copy(update={"tasks": tuple(tasks), "score": score})


def class_of(*scores: tuple[float, float]) -> list[Result]:
    """Students with these points in 3.1 and 3.2, 20 each."""
    return [
        result_of(f"s{n}", [make_task("3.1", "partial", one), make_task("3.2", "partial", other)])
        for n, (one, other) in enumerate(scores)
    ]


def test_difficulty_is_the_mean_share_of_the_points() -> None:
    one, other = task_statistics(class_of((20, 0), (10, 0), (0, 0)))
    assert (one.difficulty, other.difficulty) == (0.5, 0)
    assert (one.failed, other.failed, one.graded) == (2, 3, 3)


def test_discrimination_is_the_correlation_with_the_other_tasks() -> None:
    rising = task_statistics(class_of((0, 2), (5, 3), (10, 4), (15, 5), (20, 6)))
    assert [one.discrimination for one in rising] == pytest.approx([1, 1])
    falling = task_statistics(class_of((0, 6), (5, 5), (10, 4), (15, 3), (20, 2)))
    assert [one.discrimination for one in falling] == pytest.approx([-1, -1])


@pytest.mark.parametrize("scores", [[(1, 2), (3, 4), (5, 6), (7, 8)], [(1, 2)] * 9])
def test_discrimination_of_few_or_of_equals_is_nothing(scores: list[tuple[float, float]]) -> None:
    assert [one.discrimination for one in task_statistics(class_of(*scores))] == [None, None]


points = st.floats(0, 20).map(lambda value: round(value, 2))


@given(st.lists(st.tuples(points, points), max_size=12))
def test_statistics_stay_within_their_bounds(scores: list[tuple[float, float]]) -> None:
    for one in task_statistics(class_of(*scores)):
        assert one.difficulty is not None
        assert 0 <= one.difficulty <= 1
        assert one.discrimination is None or -1.0001 <= one.discrimination <= 1.0001
        assert sum(count for _, count in one.by_status) == one.graded == len(scores)


def test_samples_that_mislead_are_named() -> None:
    def tests(sample: str, secret: str) -> list:
        return [make_test(case="sample/a", status=sample), make_test(case="secret/a", status=secret)]

    results = [
        result_of("ann", [make_task("3.1", "partial", 5, tests("passed", "failed"))]),
        result_of("bob", [make_task("3.1", "partial", 5, tests("failed", "passed"))]),
        result_of("eve", [make_task("3.1", "failed", 0, tests("failed", "failed"))]),
    ]
    (one,) = task_statistics(results)
    assert (one.misled, one.warned) == (("ann",), ("bob",))


def test_what_awaits_a_person_has_no_statistics() -> None:
    (one,) = task_statistics([result_of("ann", [make_task("1.1", "pending", 0)])])
    assert (one.graded, one.difficulty) == (0, None)


def test_what_awaits_a_person_has_no_score_in_the_table() -> None:
    pending, failed = rows(
        [result_of("ann", [make_task("1.1", "pending", 0), make_task("3.1", "failed", 0)])], {}
    )
    assert (pending["score"], failed["score"]) == (None, 0)


def test_changes_name_students_and_tasks() -> None:
    then = {"ann": {"1": 2.0, "2": 3.0, "": 5.0}, "bob": {"1": 1.0, "": 1.0}, "ina": {"1": 2.0, "": 2.0}}
    now = {"ann": {"1": 2.0, "2": 1.0, "": 3.0}, "eve": {"1": 4.0, "": 3.6}, "ina": {"1": 2.0, "": 1.8}}
    assert changes(then, now) == [
        Change("ann", "2", 3.0, 1.0),
        Change("bob", "", 1.0, None),
        Change("eve", "", None, 3.6),  # the total: she was late
        Change("ina", "", 2.0, 1.8),  # the rules alone changed it
    ]


def test_the_last_grading_is_remembered_until_something_changes(tmp_path: Path) -> None:
    first, second = class_of((1, 2)), class_of((3, 2))
    path = tmp_path / "last.json"
    assert remember(first, path) == scores_of(first)  # nothing changed since nothing
    assert remember(second, path) == scores_of(first)
    assert remember(second, path) == scores_of(first)  # written again, it says the same
    path.write_text("{")
    assert remember(second, path) == scores_of(second)


@pytest.mark.parametrize("name", ["table.csv", "table.parquet"])
def test_the_table_for_pandas_has_a_row_for_each_student_and_task(tmp_path: Path, name: str) -> None:
    import pandas as pd

    write_rows(rows(class_of((1, 2), (3, 4)), {"s0": 1.5}), tmp_path / name)
    read = pd.read_csv(tmp_path / name) if name.endswith("csv") else pd.read_parquet(tmp_path / name)
    assert tuple(read.columns) == COLUMNS
    assert read.groupby("student")["score"].sum().to_dict() == {"s0": 3, "s1": 7}
    assert read["seconds"].isna().sum() == 2


def test_a_name_that_is_a_formula_stays_text(tmp_path: Path) -> None:
    write_rows(rows([result_of("=1+1", [make_task("3.1")])], {}), tmp_path / "t.csv")
    assert "'=1+1" in (tmp_path / "t.csv").read_text()


def test_another_ending_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"must end with \.csv or \.parquet"):
        write_rows([], tmp_path / "t.xlsx")


def test_what_could_not_be_read_says_nothing_about_a_task() -> None:
    unread = make_result("bob", rest="error", problems=("bob.ipynb is no notebook.",))
    assert unread.unreadable
    alone, beside = (task_statistics([*class_of((20, 0)), *more]) for more in ((), (unread,)))
    assert beside == alone
    assert task_statistics([unread]) == []


def test_a_submission_whose_cells_raised_is_read_all_the_same() -> None:
    tests = [make_test(status="error")]
    tasks = [make_task(name, "error", tests=tests) for name in ("2.3", "3.1", "3.2", "3.3", "3.4", "3.5")]
    assert not make_result("ann", *tasks, problems=("cell 1: ValueError",)).unreadable
    assert not make_result("ann", problems=("cell 1: ValueError",)).unreadable
