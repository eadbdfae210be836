"""Expectations in a file: what the reference and the wrong answers say to the cases. Trusted side.

Those of the sample cases let a student's check compare without any solution at hand.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.authoring.bank import read_bank
from autograder.course.layout import Assignment
from autograder.course.rubric import read_rubric
from autograder.grading.known_answers import record_known
from autograder.judging.comparisons import same_values
from autograder.judging.expectations import Expectations, answers_of, expectations_of
from autograder.judging.judge import check_cases
from autograder.judging.session import Graders, with_graders
from autograder.lab.cases import read_calls
from autograder.lab.lab import Lab, read_lab
from autograder.results.schema import Visibility
from autograder.sandbox import Recording
from autograder.sandbox.client import ForkServer
from autograder.sandbox.store import load, save


@dataclass(frozen=True)
class Known:
    """Recordings by name, and what is known about the wrong ones."""

    recordings: dict[str, Recording]
    about: dict[str, Any]

    def write(self, path: Path) -> None:
        """Write them to one file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        save(path, self.recordings, self.about)


def grader_tasks(assignment: Assignment) -> set[str]:
    """The tasks that some grader decides about.

    Raises:
        CourseError: the graders cannot be collected, or one has no cases.
    """
    rubric = read_rubric(assignment.rubric)

    def tasks(graders: Graders) -> set[str]:
        check_cases(graders)
        return {grader.task for grader in graders.all}

    return with_graders(assignment.graders, read_calls(assignment), rubric.settings, tasks)


def record_expectations(assignment: Assignment, visibilities: tuple[Visibility, ...] = ("sample",)) -> Known:
    """Record them now, in the sandbox; those of the sample cases, or of others too.

    Raises:
        CourseError, AuthoringError, SandboxError: the lab is broken.
    """
    lab = read_lab(assignment, visibilities)
    bank = read_bank(assignment, lab.rubric, lab.policy)
    with ForkServer(lab.modules()).start() as server:

        def record(graders: Graders) -> Known:
            return Known(*record_known(lab, bank, graders, server))

        return with_graders(assignment.graders, lab.calls, lab.rubric.settings, record)


def read_expectations(lab: Lab) -> Expectations:
    """The expectations that lie with the lab: those of the sample cases, which `build` wrote.

    Raises:
        ValueError: they are missing or broken.
    """
    recordings, about = load(lab.assignment.expectations)
    return expectations_of(recordings, about, lab.rubric.limits)


def same_expectations(assignment: Assignment, fresh: Known) -> bool:
    """Whether the written ones say the same, within tolerance: machines differ in the last digits."""
    try:
        recordings, about = load(assignment.expectations)
    except ValueError:
        return False
    if recordings.keys() != fresh.recordings.keys() or about != fresh.about:
        return False
    limits = read_lab(assignment, ("sample",)).rubric.limits
    for name, recording in recordings.items():
        old, new = answers_of(recording, limits), answers_of(fresh.recordings[name], limits)
        if old.keys() != new.keys():
            return False
        for key, answer in old.items():
            if answer.outcome != new[key].outcome or not same_values(answer.values, new[key].values):
                return False
    return True
