"""The proof that a lab's graders are right: reference full, stub zero, every wrong answer loses exactly its
tasks and is told by its own name in each, every accepted variant loses none, and twice the same bytes.

Trusted side.
"""

import time
from dataclasses import dataclass

from autograder.authoring.bank import Bank, read_bank
from autograder.authoring.master import AuthoringError
from autograder.fleet import Recorder
from autograder.fleet.local import as_finished
from autograder.grading.bench import Bench, with_bench
from autograder.grading.known_answers import known_answers
from autograder.grading.recordings import Recordings
from autograder.judging.expectations import Expectations, answers_of, expectations_of
from autograder.judging.session import Graders, Key
from autograder.lab.lab import Lab
from autograder.results.environment import environment_of
from autograder.results.schema import Environment, Result
from autograder.sandbox import Recording
from autograder.submission import Submission
from autograder.verification.forms import can_be_told


@dataclass(frozen=True)
class Verification:
    """What was found. `faults` are sentences; none of them means that the lab is proven."""

    name: str
    reference: tuple[float, float]  # score and what code and weights tasks can give
    stub: float
    wrong: tuple[int, int]  # caught exactly, of how many
    named: tuple[int, int]  # tasks lost by a wrong answer that are told by its name, of those that can be
    accepted: tuple[int, int]  # full, of how many
    repeatable: bool
    faults: tuple[str, ...]
    seconds: float


def verify(lab: Lab, recorder: Recorder) -> Verification:
    """Run all of the lab's own submissions through the grader.

    What ran under the same conditions before is taken from the cache, but the reference runs once more each
    time, to the same bytes.

    Raises:
        CourseError, AuthoringError, SandboxError: the lab cannot be run at all.
    """
    began = time.monotonic()
    bank = read_bank(lab.assignment, lab.rubric, lab.policy)
    submissions = {"stub": bank.stub, **bank.submissions()}
    store = Recordings(lab, recorder, environment_of(recorder.level), bank.reference)

    def recording(name: str) -> Recording:
        if name == "again":
            return recorder.record(lab.job(bank.reference))
        return store.record(submissions[name])

    recorded = dict(as_finished(recording, ("again", *submissions), recorder.places))

    def known(graders: Graders, environment: Environment) -> Expectations:
        def record(name: str, submission: Submission, keys: set[Key]) -> Recording:
            return recorded[name] if name in recorded else store.record(submission, keys)

        found = known_answers(lab, bank, graders, record, recorder.places, in_all_forms=False)
        return expectations_of(found.recordings, found.about, lab.rubric.limits)

    def body(bench: Bench) -> Verification:
        return _verified(bench, bank, recorded, began)

    return with_bench(lab, recorder, None, known, body)


def _verified(bench: Bench, bank: Bank, recorded: dict[str, Recording], began: float) -> Verification:
    def result(name: str, submission: Submission) -> Result:
        return bench.judged(submission, recorded[name])

    full = sum(task.points for task in bench.lab.rubric.tasks.values() if task.kind != "written")
    reference = result("reference", bank.reference)
    _insist_on_graders(reference)
    stub = result("stub", bank.stub)
    faults = [f"reference: {told}" for told in _lost(reference).values()]
    if reference.problems:
        faults.append(f"reference: {reference.problems[0]}")
    if stub.score:
        passed = [task.id for task in stub.tasks if task.score]
        faults.append(f"stub: it has points in {', '.join(passed)}.")

    caught = names = 0
    unnamed: list[str] = []
    for wrong in bank.wrong:
        judged = result(f"wrong/{wrong.name}", wrong.submission)
        fault = _difference(wrong.loses, _lost(judged))
        caught += not fault
        faults += [f"wrong/{wrong.name}: {fault}"] if fault else []
        answers = answers_of(recorded[f"wrong/{wrong.name}"], bench.lab.rubric.limits)
        told = [task for task in judged.tasks if task.id in wrong.loses and can_be_told(bench, task, answers)]
        names += len(told)
        unnamed += [
            f"wrong/{wrong.name}: {task.id} is not told by this name but as {task.misconception or 'none'}."
            for task in told
            if task.misconception != wrong.name
        ]
    full_marks = 0
    for variant in bank.accepted:
        lost = _lost(result(f"accepted/{variant.name}", variant.submission))
        full_marks += not lost
        faults += [f"accepted/{variant.name}: {told}" for told in lost.values()]

    again = result("again", bank.reference)
    repeatable = again.to_json() == reference.to_json() and _frames(recorded["again"]) == _frames(
        recorded["reference"]
    )
    if not repeatable:
        faults.append("reference: twice the same submission gave different bytes.")
    return Verification(
        name=bench.lab.assignment.name,
        reference=(reference.score, full),
        stub=stub.score,
        wrong=(caught, len(bank.wrong)),
        named=(names - len(unnamed), names),
        accepted=(full_marks, len(bank.accepted)),
        repeatable=repeatable,
        faults=(*faults, *unnamed),
        seconds=time.monotonic() - began,
    )


def _insist_on_graders(reference: Result) -> None:
    """A grader that fails on the reference fails on everybody, and then nothing is proven."""
    for task in reference.tasks:
        if failed := next((test for test in task.tests if test.status == "internal"), None):
            raise AuthoringError(f"{failed.message}, on the reference's answer to {failed.case}.")


def _lost(result: Result) -> dict[str, str]:
    """The tasks that did not get all their points, with the first thing that was found wrong."""
    told = {}
    for task in result.tasks:
        if task.kind != "written" and task.status != "passed":
            failed = next((test for test in task.tests if test.status != "passed"), None)
            why = (
                f"{failed.name} [{failed.visibility}/{failed.case}]: {failed.status} {failed.message}"
                if failed
                else ""
            )
            told[task.id] = f"loses {task.id}: {why}".strip()
    return told


def _difference(should: frozenset[str], lost: dict[str, str]) -> str:
    kept = sorted(should - lost.keys())
    spoilt = sorted(lost.keys() - should)
    parts = [f"should lose {task} but does not" for task in kept] + [
        f"should not lose: {lost[t]}" for t in spoilt
    ]
    return "; ".join(parts)


def _frames(recording: Recording) -> list[bytes]:
    return [answer.frame for answer in recording.answers]
