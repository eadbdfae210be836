"""Grading below Landlock needs a person's word."""

import pytest

from autograder.cli.grade import insist_on_confinement
from autograder.course.layout import CourseError


@pytest.mark.parametrize("reached", ["setuid", "process"])
def test_a_weak_sandbox_is_refused_unless_asked_for(reached: str) -> None:
    with pytest.raises(CourseError, match=f"--sandbox {reached}"):
        insist_on_confinement(reached, None)
    insist_on_confinement(reached, reached)


@pytest.mark.parametrize("reached", ["full", "landlock"])
def test_a_strong_sandbox_is_not(reached: str) -> None:
    assert insist_on_confinement(reached, None) is None  # type: ignore[func-returns-value]
