"""The judge: shares, statuses, axes, misconceptions, and what a secret case keeps to itself."""

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.course.layout import CourseError
from autograder.course.rubric import Rubric
from autograder.judging.expectations import Expectations, KnownWrong
from autograder.judging.judge import check_graders, judge
from autograder.judging.session import Answers, Graders, with_graders
from autograder.results.schema import TaskResult
from autograder.sandbox import Call
from autograder.sandbox.answers import Answer, StudentError

CALLS = tuple(
    Call("area", case, '{"schema": "case/1", "probe": "area", "side": 2}')
    for case in ("sample/a", "secret/b")
)
KEYS = [(call.probe, call.case) for call in CALLS]
RUBRIC = Rubric.model_validate(
    {
        "title": "Squares",
        "tasks": {
            "1.1": {"title": "Area", "kind": "code", "points": 10},
            "1.2": {"title": "Why", "kind": "written", "points": 5},
        },
    }
)
GRADERS = """
    from autograder.judging import assert_close, probe, task

    @task("1.1", share=0.3)
    @probe("area")
    def test_the_side_is_kept(answer, expected, case, settings):
        assert_close(answer["side"], expected["side"], hint="Keep it.")

    @task("1.1")
    @probe("area")
    def test_the_area_is_the_square(answer, expected):
        assert_close(answer["area"], expected["area"], hint="Multiply.")"""


def ok(side: float, area: float) -> Answer:
    return Answer("ok", {"side": side, "area": area}, None)


def both(answer: Answer) -> Answers:
    return dict.fromkeys(KEYS, answer)


RIGHT = both(ok(2, 4))


@pytest.fixture
def judged(tmp_path: Path) -> Callable[..., TaskResult]:
    def run(
        answers: Answers,
        expectations: Expectations | None = None,
        graders: str = GRADERS,
        calls: tuple[Call, ...] = CALLS,
    ) -> TaskResult:
        file = tmp_path / "test_squares.py"
        file.write_text(textwrap.dedent(graders))

        def body(collected: Graders) -> TaskResult:
            check_graders(collected, RUBRIC)
            return next(judge(collected, RUBRIC, answers, expectations or Expectations((RIGHT,))))

        return with_graders(file, calls, {}, body)

    return run


def test_right_answers_pass(judged: Callable[..., TaskResult]) -> None:
    task = judged(RIGHT)
    assert (task.status, task.score) == ("passed", 10)
    assert [(t.name, t.visibility, t.status) for t in task.tests] == [
        ("the side is kept", "sample", "passed"),
        ("the side is kept", "secret", "passed"),
        ("the area is the square", "sample", "passed"),
        ("the area is the square", "secret", "passed"),
    ]


def test_a_grader_that_passes_gives_its_share(judged: Callable[..., TaskResult]) -> None:
    task = judged(both(ok(2, 5)))
    assert (task.status, task.score) == ("partial", 3)


def test_a_grader_counts_only_where_it_passes_on_every_case(judged: Callable[..., TaskResult]) -> None:
    task = judged({KEYS[0]: ok(2, 4), KEYS[1]: ok(3, 9)})
    assert (task.status, task.score) == ("failed", 0)


def test_a_secret_case_tells_no_values(judged: Callable[..., TaskResult]) -> None:
    sample, secret = judged(both(ok(7, 4))).tests[:2]
    assert sample.message == "expected 2, got 7."
    assert (secret.message, secret.hint) == ("", "Keep it.")


def test_an_error_on_a_secret_case_tells_its_type_alone(judged: Callable[..., TaskResult]) -> None:
    failed = Answer("error", {}, StudentError("IndexError", "secret inputs", "x.ipynb, cell 2", 1))
    sample, secret = judged(both(failed)).tests[:2]
    assert "x.ipynb, cell 2, line 1" in sample.message
    assert secret.message == "IndexError"


@pytest.mark.parametrize("outcome", ["timeout", "not_implemented"])
def test_the_status_says_how_it_ended(judged: Callable[..., TaskResult], outcome: str) -> None:
    task = judged(both(Answer(outcome, {}, None)))
    assert (task.status, task.score) == (outcome, 0)


def test_one_combination_must_hold_for_all_cases(judged: Callable[..., TaskResult]) -> None:
    calls = cases("secret/b", "secret/c")
    once, twice = (dict.fromkeys([(c.probe, c.case) for c in calls], ok(2, area)) for area in (4, 8))
    axes = Expectations((once, twice))
    assert judged(twice, axes, calls=calls).status == "passed"
    mixed = {**once, ("area", "secret/c"): ok(2, 8)}
    assert judged(mixed, axes, calls=calls).status == "partial"


def test_a_known_wrong_answer_is_named(judged: Callable[..., TaskResult]) -> None:
    known = KnownWrong("perimeter", "That is the way around.", frozenset({"1.1"}), both(ok(2, 8)))
    task = judged(both(ok(2, 8)), Expectations((RIGHT,), (known,)))
    assert (task.misconception, task.hint) == ("perimeter", "That is the way around.")
    assert judged(both(ok(2, 9)), Expectations((RIGHT,), (known,))).misconception is None


def test_hints_that_follow_from_a_named_mistake_are_not_told(judged: Callable[..., TaskResult]) -> None:
    known = KnownWrong("perimeter", "That is the way around.", frozenset({"1.1"}), both(ok(2, 8)))
    assert {test.hint for test in judged(both(ok(2, 8)), Expectations((RIGHT,), (known,))).tests} == {""}
    assert "Multiply." in {test.hint for test in judged({KEYS[0]: ok(2, 9), KEYS[1]: ok(2, 7)}).tests}


def test_where_no_mistake_fits_the_difference_is_told(judged: Callable[..., TaskResult]) -> None:
    task = judged(both(ok(2, 12)))
    assert (task.misconception, task.difference) == (
        None,
        "Your `area` is 3 times the expected one in every case.",
    )


def test_a_wrong_answer_is_not_named_on_a_task_that_it_does_not_lose(
    judged: Callable[..., TaskResult],
) -> None:
    known = KnownWrong("other", "Not this task.", frozenset({"1.2"}), both(ok(2, 8)))
    assert judged(both(ok(2, 8)), Expectations((RIGHT,), (known,))).misconception is None


def test_a_fault_of_a_grader_is_internal_and_loud(judged: Callable[..., TaskResult]) -> None:
    faulty = GRADERS + "\n        assert expected['sides']\n"
    task = judged(RIGHT, graders=faulty)
    assert task.status == "internal"
    assert "no answer is called 'sides'" in task.tests[-1].message


@pytest.mark.parametrize(
    ("graders", "told"),
    [
        ("def test_a(answer): pass", "needs both @task"),
        ("x = ", "cannot be collected"),
        ("import pytest", "no grader was collected"),
        (GRADERS.replace('"1.1"', '"1.3"'), "No grader decides about task 1.1"),
        (GRADERS.replace('"1.1"', '"1.2"', 1), "A grader decides about 1.2"),
        (
            GRADERS.replace('probe("area")', 'probe("volume")', 1),
            "asks the probe volume, and no case file",
        ),
    ],
)
def test_a_broken_grader_file_is_one_sentence(
    judged: Callable[..., TaskResult], graders: str, told: str
) -> None:
    with pytest.raises(CourseError, match=told):
        judged(RIGHT, graders=graders)


def test_a_strangers_options_do_not_reach_a_grading(
    judged: Callable[..., TaskResult], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "conftest.py").write_text("raise RuntimeError('read')")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --collect-only\n")
    monkeypatch.setenv("PYTEST_ADDOPTS", "--collect-only")
    assert judged(RIGHT).status == "passed"


def cases(*names: str) -> tuple[Call, ...]:
    return tuple(Call("area", name, CALLS[0].data) for name in names)


@pytest.fixture
def share_of(tmp_path: Path) -> Callable[..., TaskResult]:
    """The task where the answers on these cases are right, wrong (a number) or raise."""

    def run(**answered: str) -> TaskResult:
        answers = {
            "right": ok(2, 4),
            "wrong": ok(2, 5),
            "raises": Answer("error", {}, StudentError("IndexError", "index 3", "squares.ipynb, cell 2", 7)),
            "late": Answer("timeout", {}, None),
        }
        calls = cases(*(name.replace("_", "/", 1) for name in answered))
        given = {(c.probe, c.case): answers[how] for c, how in zip(calls, answered.values(), strict=True)}
        right = dict.fromkeys(given, ok(2, 4))
        file = tmp_path / "test_squares.py"
        file.write_text(textwrap.dedent(GRADERS))

        def body(collected: Graders) -> TaskResult:
            return next(judge(collected, RUBRIC, given, Expectations((right,))))

        return with_graders(file, calls, {}, body)

    return run


def test_secret_cases_alone_decide_where_there_are_any(share_of: Callable[..., TaskResult]) -> None:
    task = share_of(sample_a="wrong", secret_b="right")
    assert (task.status, task.score) == ("passed", 10)
    assert [test.status for test in task.tests].count("failed") == 1  # it is shown all the same
    assert share_of(sample_a="right", secret_b="wrong").score == 3
    assert share_of(sample_a="right").score == 10  # a check has sample cases only
    assert share_of(sample_a="raises").status == "error"


def test_a_case_that_raises_costs_that_case(share_of: Callable[..., TaskResult]) -> None:
    task = share_of(sample_a="right", secret_b="right", secret_c="raises", secret_d="right")
    assert (task.status, task.score) == ("partial", 6.67)
    assert share_of(secret_b="right", secret_c="late", secret_d="right").score == 6.67
    task = share_of(secret_b="wrong", secret_c="raises", secret_d="right")
    assert task.score == 2  # two thirds of the claim that holds, nothing of the other


def test_raising_on_most_cases_earns_nothing(share_of: Callable[..., TaskResult]) -> None:
    # Or the one case whose answer can be guessed would be worth its part.
    assert share_of(secret_b="raises", secret_c="right").score == 0
    assert (
        share_of(sample_a="right", secret_b="raises", secret_c="right", secret_d="raises").status == "error"
    )


def test_a_hint_stands_beside_an_error(share_of: Callable[..., TaskResult]) -> None:
    task = share_of(sample_a="raises", secret_b="raises", secret_c="late")
    said = {(test.name, test.status): test.hint for test in task.tests}
    assert said["the side is kept", "error"] == "Keep it."
    assert said["the area is the square", "error"] == "Multiply."
    assert said["the area is the square", "timeout"] == ""


def test_what_no_grader_can_measure_is_left_to_a_person(judged: Callable[..., TaskResult]) -> None:
    graders = (
        GRADERS
        + """

    from autograder.judging import leave_to_a_person

    @task("1.1")
    @probe("area")
    def test_the_form_is_known(answer):
        if answer["side"] > 2:
            leave_to_a_person("This square has more sides than we can count.")"""
    )
    assert judged(RIGHT, graders=graders).status == "passed"
    task = judged(both(ok(3, 4)), graders=graders)
    assert (task.status, task.score) == ("pending", 0)
    assert task.tests[-1].message == "This square has more sides than we can count."
