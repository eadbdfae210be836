"""ProtoNet and hard triplets: answers that hang on no input, however they fit each other, earn nothing."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from autograder.course.layout import find_course
from autograder.grading.bench import Bench
from autograder.grading.expectations_file import read_expectations
from autograder.judging.session import Graders, with_graders
from autograder.lab.lab import read_lab
from autograder.results.environment import environment_of
from autograder.results.schema import Result
from autograder.sandbox import RawAnswer, Recording
from autograder.sandbox.answers import Value, encode
from autograder.sandbox.client import ForkServer
from autograder.submission import Submission

pytestmark = pytest.mark.slow

COURSE = find_course(Path(__file__))
Forgery = Callable[[str, NDArray], NDArray]
FORGERIES: dict[str, Forgery] = {
    "zeros": lambda name, value: np.zeros(value.shape),
    "ones": lambda name, value: np.ones(value.shape),
    "a constant": lambda name, value: np.full(value.shape, 0.7),
    # The same for gradients and slopes of one side, in whatever way: consistent with itself.
    "random": lambda name, value: np.random.default_rng(len(value.ravel())).normal(size=value.shape),
    "not a number": lambda name, value: np.full(value.shape, np.nan),
}


@pytest.mark.parametrize("forgery", FORGERIES)
@pytest.mark.parametrize("name", ["protonet", "hard_triplets"])
def test_made_up_numbers_of_the_right_shapes_earn_nothing(name: str, forgery: str) -> None:
    result = _judged(name, FORGERIES[forgery])
    earned = {task.id: task.score for task in result.tasks if task.score}
    assert earned == {}


def test_the_right_numbers_earn_all() -> None:
    """So that forging could show: all but the written task's ten."""
    assert _judged("hard_triplets", lambda name, value: value).score == 90


def _judged(name: str, forge: Forgery) -> Result:
    lab = read_lab(COURSE.assignment(name), ("sample",))
    expectations = read_expectations(lab)
    right = expectations.combinations[0]

    def frame(probe: str, case: str) -> bytes:
        if (probe, case) not in right:
            return encode({"trained_on": "glyphs"})
        values = right[probe, case].values
        return encode({key: _forged(key, value, forge) for key, value in values.items()})

    answers = [
        RawAnswer(call.probe, call.case, "recorded", frame(call.probe, call.case)) for call in lab.calls
    ]

    def body(graders: Graders) -> Result:
        bench = Bench(lab, ForkServer(), expectations, environment_of("full"), graders)
        return bench.judged(Submission("cheat", "cheat", "0"), Recording("full", tuple(answers)))

    return with_graders(lab.assignment.graders, lab.calls, lab.rubric.settings, body)


def _forged(name: str, value: Value, forge: Forgery) -> Value:
    return forge(name, np.asarray(value)) if isinstance(value, np.ndarray | float) else value
