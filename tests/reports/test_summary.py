"""Counts and words of the class's results."""

import pytest

from autograder.reports.summary import (
    grader_summaries,
    misconceptions,
    plain,
    points,
    status_line,
    task_summaries,
)
from tests.reports.fake import RUBRIC, make_class, make_result, make_task, make_test


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (10, "10"), (100, "100"), (2.5, "2.5"), (10 / 3, "3.33"), (0.999, "1")]
)
def test_points_have_no_decimals_that_say_nothing(value: float, text: str) -> None:
    assert points(value) == text


def test_plain_text_steers_no_terminal_and_turns_no_line() -> None:
    assert plain("a\x1b[31mb\u202ec\nd") == "a\ufffd[31mb\ufffdc d"


def test_the_mean_leaves_out_whom_we_failed_to_grade() -> None:
    results = [make_result("a"), make_result("b", make_task("3.3", "internal"))]
    by_id = {task.id: task for task in task_summaries(results, RUBRIC)}
    assert by_id["3.3"].mean == 15
    assert by_id["1.1"].mean is None


def test_the_commonest_misconception_comes_first_with_its_students() -> None:
    found = misconceptions(make_class())
    assert [(one.name, one.students) for one in found] == [
        ("median_for_mean", ("chiara", "dmitri")),
        ("softmax_over_the_wrong_axis", ("dmitri", "elif")),
    ]


def test_a_difference_that_has_no_name_is_counted_like_one() -> None:
    twice = make_task("3.2", "failed").model_copy(
        update={"difference": "Your loss is 2 times the expected one."}
    )
    found = misconceptions([make_result("a", twice), make_result("b", twice), *make_class()])
    assert ("", "Your loss is 2 times the expected one.", ("a", "b")) in [
        (one.name, one.hint, one.students) for one in found
    ]


def test_status_lines_of_the_class() -> None:
    lines = {result.student: status_line(result) for result in make_class()}
    assert lines["ada"] == ""
    assert lines["dmitri"] == "median for mean; softmax over the wrong axis; not implemented: 2.3"
    assert lines["farid-al-hakim-von-und-zu-something"] == "not implemented"
    assert lines["mio"] == "error in 3.4 (mio.ipynb, cell 9, line 12)"
    assert lines["noor"] == "noor.ipynb is no notebook: its JSON ends in line 3."
    assert lines["sofie"] == "INTERNAL: the grader failed in 3.3"
    assert lines["tuva"] == "timeout in 3.3 (tuva.ipynb, cell 4, line 3)"


def test_our_fault_is_told_before_the_students() -> None:
    result = make_result("x", make_task("3.1", "internal"), problems=["The file is empty."], rest="error")
    assert status_line(result).startswith("INTERNAL: the grader failed in 3.1")


def test_a_misconception_in_several_tasks_is_named_once() -> None:
    tasks = [make_task(task, "failed", misconception="sum_for_mean", hint="Sum.") for task in ("3.1", "3.2")]
    assert status_line(make_result("x", *tasks)) == "sum for mean"


def test_how_an_answer_without_a_name_differs_stands_in_its_place() -> None:
    sentence = "Your `loss` is NaN in every case: is there a division by 0?"
    told = make_task("3.2", "failed").model_copy(update={"difference": sentence})
    line = status_line(make_result("x", make_task("3.1", "failed"), told))
    assert line == "3.2: your `loss` is NaN in every case; failed in 3.1"


def test_one_line_a_grader_over_its_cases() -> None:
    tests = [
        make_test("loss", "sample/a", "passed"),
        make_test("loss", "secret/b", "failed", "expected 0.31415", "Mean?"),
        make_test("loss", "secret/c", "failed", "expected 2.71828", "Mean?"),
    ]
    (loss,) = grader_summaries(tests)
    assert (loss.passed, loss.cases, loss.hint) == (1, 3, "Mean?")
    assert loss.failures == (("2 secret cases: failed", ""),)


@pytest.mark.parametrize(
    ("sample", "told"),
    [
        ("IndexError (x.ipynb, cell 1, line 2): list index out of range", "raised IndexError"),
        ("KeyError (x.ipynb, cell 1, line 2): 'a'", "raised an error"),
    ],
)
def test_of_a_secret_error_no_type_is_told_but_one_that_a_sample_case_shows(sample: str, told: str) -> None:
    secret = make_test(case="secret/a", status="error", message="IndexError")
    (grader,) = grader_summaries([make_test(status="error", message=sample), secret])
    assert grader.failures[-1] == (f"1 secret case: {told}", "")
    (grader,) = grader_summaries([secret])
    assert grader.failures == (("1 secret case: raised an error", ""),)
