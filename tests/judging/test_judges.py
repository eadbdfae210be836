"""Judges: whatever a grader does with an answer, it costs its task; the budget is time and memory."""

import json
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.course.rubric import Rubric
from autograder.judging import judges
from autograder.judging.expectations import Expectations
from autograder.judging.judges import Judges
from autograder.judging.session import Graders, with_graders
from autograder.results.schema import TaskResult
from autograder.sandbox import Call, RawAnswer, Recording
from autograder.sandbox.answers import Answer, encode

pytestmark = pytest.mark.slow  # processes are made, and one computes for a second

CALLS = tuple(Call(probe, "secret/a", json.dumps({"schema": "case/1", "probe": probe})) for probe in "abc")
RUBRIC = Rubric.model_validate(
    {
        "title": "Three",
        "tasks": {
            "1.1": {"title": "First", "kind": "code", "points": 40},
            "1.2": {"title": "Second", "kind": "code", "points": 40},
            "1.3": {"title": "Words", "kind": "written", "points": 10},
            "1.4": {"title": "Third", "kind": "code", "points": 10},
        },
    }
)
GRADERS = """
    import os

    import numpy as np

    from autograder.judging import assert_that, probe, task

    @task("1.1")
    @probe("a")
    def test_the_first_is_right(answer):
        assert_that(answer.number("x") == 1, "One.")

    @task("1.2")
    @probe("b")
    def test_the_second_does_as_it_is_told(answer):
        told = answer.text("x")
        while told == "loop":
            pass
        if told == "fill":
            np.ones(1 << 40)
        if told == "end":
            os._exit(0)
        if told == "fail":
            {}["a key of ours"]

    @task("1.4")
    @probe("c")
    def test_the_third_is_right(answer):
        assert_that(answer.number("x") == 3, "Three.")
"""


@pytest.fixture
def decided(tmp_path: Path) -> Callable[..., list[list[TaskResult]]]:
    """The tasks of submissions whose second answer is one of these words, judged one after the other."""

    def run(*words: str) -> list[list[TaskResult]]:
        file = tmp_path / "test_three.py"
        file.write_text(textwrap.dedent(GRADERS))
        right = {(call.probe, call.case): Answer("ok", {"x": 1}) for call in CALLS}

        def body(graders: Graders) -> list[list[TaskResult]]:
            with Judges(graders, RUBRIC, Expectations((right,)), 1) as some:
                return [list(some.decide(recorded(word))) for word in words]

        return with_graders(file, CALLS, {}, body)

    return run


def recorded(word: str) -> Recording:
    values: tuple[object, ...] = (1, word, 3)
    answers = [
        RawAnswer(call.probe, call.case, "recorded", encode({"x": value}))
        for call, value in zip(CALLS, values, strict=True)
    ]
    return Recording("full", tuple(answers))


def test_right_answers_get_what_they_get_without_judges(
    decided: Callable[..., list[list[TaskResult]]],
) -> None:
    (tasks,) = decided("right")
    assert [(task.id, task.status, task.score) for task in tasks] == [
        ("1.1", "passed", 40),
        ("1.2", "passed", 40),
        ("1.3", "pending", 0),
        ("1.4", "passed", 10),
    ]


@pytest.mark.parametrize("word", ["loop", "fill", "end", "fail"])
def test_a_grader_that_works_without_end_or_fails_costs_its_task(
    decided: Callable[..., list[list[TaskResult]]], monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    monkeypatch.setattr(judges, "CPU_SECONDS", 1)
    eve, ann = decided(word, "right")
    assert [task.status for task in eve] == ["passed", "internal", "pending", "passed"]
    assert [task.score for task in eve] == [40, 0, 0, 10]
    (told,) = eve[1].tests
    assert told.name == "the second does as it is told"  # the instructor reads which grader
    assert told.message
    assert [task.status for task in ann] == ["passed", "passed", "pending", "passed"]
