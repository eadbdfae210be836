"""The one place where points become a total."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from autograder.course.rubric import Late
from autograder.results.class_list import Student
from autograder.results.late_days import Rules
from autograder.results.schema import TaskResult
from autograder.results.totals import total, with_total
from tests.reports.fake import make_result, make_task

DUE = datetime.fromisoformat("2026-10-01T23:59:00+02:00")
LATE = Late(due=DUE, free_days=1, per_day=0.1, most=0.25)
ADA = Student(student="ada", handed_in=str(DUE + timedelta(days=2)))


def tasks_of(points: list[tuple[float, float, bool]]) -> list[TaskResult]:
    """Tasks from (share of the points, points, whether it is a bonus)."""
    form = make_task("3.1")
    return [
        form.model_copy(
            update={"id": f"1.{n}", "score": round(share * most, 2), "max_score": most, "bonus": bonus}
        )
        for n, (share, most, bonus) in enumerate(points)
    ]


SHARES = st.floats(0, 1)
TASKS = st.lists(
    st.tuples(SHARES, st.integers(1, 40).map(float) | st.sampled_from([2.5, 3.33]), st.booleans()),
    min_size=1,
    max_size=7,
).map(tasks_of)


@given(TASKS, st.integers(0, 3), st.floats(0, 1), st.data())
def test_a_point_more_never_makes_a_total_less(
    tasks: list[TaskResult], drop: int, part: float, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(tasks) - 1))
    more = data.draw(st.floats(tasks[at].score, tasks[at].max_score))
    better = [*tasks[:at], tasks[at].model_copy(update={"score": more}), *tasks[at + 1 :]]
    assert total(better, drop, part).score >= total(tasks, drop, part).score


@given(TASKS, st.integers(0, 3))
def test_a_drop_more_never_makes_a_total_less_and_the_maximum_stays(
    tasks: list[TaskResult], drop: int
) -> None:
    fewer, more = total(tasks, drop), total(tasks, drop + 1)
    assert more.score >= fewer.score
    assert more.most == fewer.most
    assert len(more.dropped) <= drop + 1


def test_what_is_dropped_is_that_without_which_one_stands_best() -> None:
    tasks = tasks_of([(0.9, 10, False), (0.0, 10, False), (0.5, 20, False), (1.0, 10, True)])
    found = total(tasks, 1)
    assert [task.id for task in found.dropped] == ["1.1"]
    assert found.score == 25.33 + 10  # (9 + 10) of 30 are as good as 25.33 of 40, and the bonus
    assert total(tasks).score == 29


def test_neither_a_bonus_nor_what_waits_is_dropped() -> None:
    tasks = [make_task("2.3", "failed"), make_task("1.1", "pending"), make_task("3.1")]
    assert total(tasks, 3) == total(tasks)
    assert total([make_task("3.1", "failed")], 1).score == 0  # nor the last one


def test_halves_are_rounded_up_and_what_is_written_counts() -> None:
    tasks = tasks_of([(1, 3.33, False)] * 3)
    assert total(tasks).score == 9.99
    assert total(tasks_of([(1, 0.05, False)]), 0, 0.1).score == 0.05  # 0.045


def test_lateness_takes_its_part_and_says_so() -> None:
    result = make_result("ada", problems=["One cell raised."])
    found = with_total(result, Rules(late=LATE), ADA)
    assert found.score == 81  # of 90
    assert found.max_score == result.max_score
    told = "Handed in 2 days late, 1 of them free: 9 points are taken."
    assert found.problems == ("One cell raised.", told)


def test_an_extension_is_the_students_own_date_and_never_shortens() -> None:
    rules, result = Rules(late=LATE), make_result("ada")
    later = ADA.model_copy(update={"due": DUE + timedelta(days=7)})
    assert with_total(result, rules, later).score == result.score
    earlier = ADA.model_copy(update={"due": DUE - timedelta(days=7)})
    assert with_total(result, rules, earlier) == with_total(result, rules, ADA)


def test_late_without_a_date_takes_nothing_and_says_so() -> None:
    late = Student(student="ada", late=True)
    found = with_total(make_result("ada"), Rules(late=LATE), late)
    assert found.score == 90
    assert "nobody says when" in found.problems[0]
