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
    def run(answers: Answers, expectations: Expectations | None = None, graders: str = GRADERS) -> TaskResult:
        file = tmp_path / "test_squares.py"
        file.write_text(textwrap.dedent(graders))

        def body(collected: Graders) -> TaskResult:
            check_graders(collected, RUBRIC)
            return next(judge(collected, RUBRIC, answers, expectations or Expectations((RIGHT,))))

        return with_graders(file, CALLS, {}, body)

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
    twice = both(ok(2, 8))
    axes = Expectations((RIGHT, twice))
    assert judged(twice, axes).status == "passed"
    mixed = {KEYS[0]: ok(2, 4), KEYS[1]: ok(2, 8)}
    assert judged(mixed, axes).status == "partial"


def test_a_known_wrong_answer_is_named(judged: Callable[..., TaskResult]) -> None:
    known = KnownWrong("perimeter", "That is the way around.", frozenset({"1.1"}), both(ok(2, 8)))
    task = judged(both(ok(2, 8)), Expectations((RIGHT,), (known,)))
    assert (task.misconception, task.hint) == ("perimeter", "That is the way around.")
    assert judged(both(ok(2, 9)), Expectations((RIGHT,), (known,))).misconception is None


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
        (GRADERS.replace('probe("area")', 'probe("volume")', 1), "no case file is for its probe"),
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
