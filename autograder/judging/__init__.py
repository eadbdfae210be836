"""Judging: trusted pytest graders compare what was recorded with what the reference computed.

Trusted side; no student code ever runs here. This module is all that a grader file imports:

    @task("1.1")
    @probe("means_of_classes")
    def test_each_class_has_its_own_mean(answer, expected):
        assert_close(answer["means"], expected["means"], hint="One row per class present.")

A grader asks for any of `answer` (the student's), `expected` (the reference's), `case` (the inputs) and
`settings` (numbers from the rubric). It passes when it passes on every secret case of its probe.
"""

from collections.abc import Callable
from typing import TypeVar

import pytest

from autograder.judging.comparisons import (
    Estimate,
    Mismatch,
    Observed,
    assert_close,
    assert_same_direction,
    assert_that,
    leave_to_a_person,
)

__all__ = [
    "Estimate",
    "Mismatch",
    "Observed",
    "assert_close",
    "assert_same_direction",
    "assert_that",
    "leave_to_a_person",
    "probe",
    "summary",
    "task",
]

Summary = TypeVar("Summary", bound=Callable[..., object])


def task(task_id: str, share: float | None = None) -> pytest.MarkDecorator:
    """This grader decides about a task.

    Args:
        task_id: as in the master and the rubric, "1.2".
        share: of the task's points, 0 to 1; graders without one divide what is left equally.
    """
    return pytest.mark.task(task_id, share)


def probe(name: str) -> pytest.MarkDecorator:
    """This grader looks at what the probe `name` observed, case by case."""
    return pytest.mark.probe(name)


def summary(name: str) -> Callable[[Summary], Summary]:
    """This function says what of an answer to the probe `name` is compared with that of known mistakes.

    Without one all values are. It takes (answer, case) and returns values by name: without what students may
    choose, such as their network's first weights, and for what is drawn at random an `Estimate`.
    """

    def mark(function: Summary) -> Summary:
        function.summarises = name  # type: ignore[attr-defined]
        return function

    return mark
