"""Expectations in a file: what the reference and the wrong answers say to the cases. Trusted side.

Those of the sample cases let a student's check compare without any solution at hand.
"""

from dataclasses import replace
from typing import Any

from autograder.authoring.bank import read_bank
from autograder.course.layout import Assignment
from autograder.course.rubric import read_rubric
from autograder.grading.known_answers import Known, known_answers
from autograder.grading.recordings import Recordings
from autograder.judging.comparisons import same_values
from autograder.judging.expectations import Expectations, answers_of, expectations_of
from autograder.judging.judge import check_cases
from autograder.judging.session import Graders, Key, with_graders
from autograder.lab.cases import read_calls
from autograder.lab.lab import Lab, read_lab
from autograder.results.environment import environment_of
from autograder.results.schema import Visibility
from autograder.sandbox import Recording
from autograder.sandbox.client import ForkServer
from autograder.sandbox.store import load
from autograder.submission import Submission

_LIGHT = 20 << 10  # bytes of an answer that is kept for its name alone: more than views and batches take


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

    Students' own file is light and has no mutants: which of them answer alike hangs on the last digit, and
    so on the machine, while that file is the same wherever it is built.

    Raises:
        CourseError, AuthoringError, SandboxError: the lab is broken.
    """
    lab, whole = read_lab(assignment, visibilities), read_lab(assignment)
    bank = read_bank(assignment, lab.rubric, lab.policy)
    all_of_it = "secret" in visibilities
    if not all_of_it:
        bank = replace(bank, mutants=())

    def record(graders: Graders) -> Known:
        with ForkServer(lab.modules()).start() as server:
            store = Recordings(whole, server, environment_of(server.level), bank.reference)

            # As `verify` asks it, which then finds it done.
            def wholly(name: str, submission: Submission, keys: set[Key]) -> Recording:
                probes = {probe for probe, _ in keys}
                asked = {(call.probe, call.case) for call in whole.calls if call.probe in probes}
                return store.record(submission, None if name in bank.submissions() else asked)

            known = known_answers(lab, bank, graders, wholly, server.places, in_all_forms=all_of_it)
        return known if all_of_it else light(known, graders.compared())

    return with_graders(assignment.graders, lab.calls, lab.rubric.settings, record)


def light(known: Known, compared: set[Key]) -> Known:
    """What a student's check needs of it, in a file that one downloads with the lab.

    Right answers to what graders compare, and mistakes in the reference's form; answers as large as a whole
    network's stay behind where they would only give a mistake its name.
    """
    kept = {
        name: replace(
            recording,
            answers=tuple(
                answer
                for answer in recording.answers
                if len(answer.frame) <= _LIGHT
                or (not name.startswith("wrong/") and (answer.probe, answer.case) in compared)
            ),
        )
        for name, recording in known.recordings.items()
        if not name.startswith("form/")
    }
    kept = {name: recording for name, recording in kept.items() if recording.answers}
    about = {name: told for name, told in known.about.items() if name in kept or "/" not in name}
    return Known(kept, about)


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
    if recordings.keys() != fresh.recordings.keys() or _words(about) != _words(fresh.about):
        return False
    limits, noise = read_lab(assignment, ("sample",)).rubric.limits, fresh.about["noise"]
    for name, recording in recordings.items():
        old, new = answers_of(recording, limits), answers_of(fresh.recordings[name], limits)
        if old.keys() != new.keys():
            return False
        for key, answer in old.items():
            same = same_values(answer.values, new[key].values, noise.get(key[0]))
            if answer.outcome != new[key].outcome or not same:
                return False
    return True


def _words(about: dict[str, Any]) -> dict[str, Any]:
    return {name: told for name, told in about.items() if name != "noise"}
