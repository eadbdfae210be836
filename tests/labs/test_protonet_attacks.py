"""Attacks on the judge by legal but forged answers: a lost task at most, never a failed run."""

import json
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autograder.course.layout import find_course
from autograder.grading.bench import Bench
from autograder.grading.expectations_file import read_expectations
from autograder.judging.expectations import Expectations
from autograder.judging.session import Graders, with_graders
from autograder.lab.lab import Lab, read_lab
from autograder.results.environment import environment_of
from autograder.results.schema import Result
from autograder.sandbox import Level, RawAnswer, Recording
from autograder.sandbox.answers import encode
from autograder.sandbox.client import ForkServer
from autograder.sandbox.store import load
from autograder.submission import Submission

pytestmark = pytest.mark.slow

LAB = read_lab(find_course(Path(__file__)).assignment("protonet"), ("sample",))
HUGE = b'{"values": {"accuracy": 99999999999999999999}}'


def judged(lab: Lab, forged: Callable[[RawAnswer], bytes | None], level: Level = "full") -> Result:
    """The reference's sample answers with some frames replaced, judged without any sandbox."""
    recording = load(lab.assignment.expectations)[0]["reference"]
    answers = [replace(raw, frame=forged(raw) or raw.frame) for raw in recording.answers]
    known = {(raw.probe, raw.case) for raw in answers}
    rest = [
        RawAnswer(call.probe, call.case, "recorded", encode({"trained_on": "glyphs"}))
        for call in lab.calls
        if (call.probe, call.case) not in known
    ]
    expectations: Expectations = read_expectations(lab)

    def body(graders: Graders) -> Result:
        bench = Bench(lab, ForkServer(), expectations, environment_of("full"), graders)
        forged_recording = Recording(level, (*answers, *rest))
        return bench.judged(Submission("cheat", "cheat", "0"), forged_recording)

    return with_graders(lab.assignment.graders, lab.calls, lab.rubric.settings, body)


def frame(**observations: object) -> bytes:
    return encode(observations)


def statuses(result: Result) -> dict[str, str]:
    return {task.id: task.status for task in result.tasks if task.kind == "code"}


def test_the_reference_passes_so_that_forging_could_show() -> None:
    found = statuses(judged(LAB, lambda raw: None))
    assert {task for task, status in found.items() if status != "passed"} == set()


def test_a_result_names_the_level_of_the_recording_not_of_the_machine_that_judges() -> None:
    assert judged(LAB, lambda raw: None, level="landlock").environment.sandbox == "landlock"


@pytest.mark.parametrize("name", ["query_slopes", "support_grad", "weight_slopes"])
@pytest.mark.parametrize(
    "forgery",
    [
        np.zeros((7,)),
        np.ones((50_000, 1, 1, 1), dtype=np.uint8),
        np.full((2, 2, 4), np.nan),
        np.zeros((0,)),
        np.int64(3),
        "text",
        None,
    ],
    ids=lambda forgery: f"{type(forgery).__name__}{getattr(forgery, 'shape', '')}",
)
def test_a_forged_gradient_loses_its_task_and_faults_no_grader(name: str, forgery: object) -> None:
    def forged(raw: RawAnswer) -> bytes | None:
        if raw.probe != "loss_gradients":
            return None
        honest = read_expectations(LAB).combinations[0][raw.probe, raw.case].values
        return frame(**{**honest, name: forgery})

    assert statuses(judged(LAB, forged))["3.3"] in ("failed", "partial", "error")


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.bool_, np.float64])
def test_slopes_of_any_dtype_are_judged(dtype: type) -> None:
    def forged(raw: RawAnswer) -> bytes | None:
        if raw.probe != "loss_slopes":
            return None
        honest = read_expectations(LAB).combinations[0][raw.probe, raw.case].values
        return frame(**{name: np.ones(np.shape(value), dtype) for name, value in honest.items()})

    assert statuses(judged(LAB, forged))["3.1"] in ("failed", "partial")


def test_a_number_beyond_int64_is_no_answer() -> None:
    forged = struct.pack("<I", len(HUGE)) + HUGE + encode({})[4 + len(b'{"values": {}}') :]
    result = judged(LAB, lambda raw: forged if raw.probe == "accuracy" else None)
    assert statuses(result)["3.4"] == "error"
    json.loads(result.to_json())


def test_gradients_that_are_nowhere_finite_do_not_equal_each_other() -> None:
    def forged(raw: RawAnswer) -> bytes | None:
        if raw.probe != "loss_gradients":
            return None
        honest = read_expectations(LAB).combinations[0][raw.probe, raw.case].values
        return frame(**{name: np.full(np.shape(value), np.nan) for name, value in honest.items()})

    assert judged(LAB, forged).tasks[6].score == 0


@pytest.mark.parametrize("probe", ["loss_value", "accuracy"])
@pytest.mark.parametrize(("width", "passes"), [(1, True), (2, False)])
def test_one_number_in_a_row_is_one_number(probe: str, width: int, passes: bool) -> None:
    name = "loss" if probe == "loss_value" else probe

    def in_rows(raw: RawAnswer) -> bytes | None:
        if raw.probe != probe:
            return None
        honest = read_expectations(LAB).combinations[0][raw.probe, raw.case].values
        rows = np.repeat(np.asarray(honest[name])[:, None], width, axis=1)
        return frame(**{name: rows, f"{name}_of_distances": None})

    task = "3.2" if probe == "loss_value" else "3.4"
    assert (statuses(judged(LAB, in_rows))[task] == "passed") == passes
