"""The proof that a lab's graders are right: reference full, stub zero, every wrong answer loses exactly its
tasks, every accepted variant loses none, and twice the same bytes. Trusted side.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.authoring.bank import Bank, read_bank
from autograder.fleet import Recorder
from autograder.fleet.local import as_finished
from autograder.grading.bench import Bench, with_bench
from autograder.grading.cache_keys import recording_conditions, recording_key
from autograder.grading.known_answers import as_known, known_answers
from autograder.judging.expectations import Expectations, expectations_of
from autograder.judging.session import Graders
from autograder.lab.lab import Lab
from autograder.results.environment import environment_of
from autograder.results.schema import Environment, Result
from autograder.sandbox import Recording
from autograder.sandbox.store import load, save
from autograder.submission import Submission
from data_utils.places import cache_dir

_KEPT_DAYS = 7


@dataclass(frozen=True)
class Verification:
    """What was found. `faults` are sentences; none of them means that the lab is proven."""

    name: str
    reference: tuple[float, float]  # score and what code and weights tasks can give
    stub: float
    wrong: tuple[int, int]  # caught exactly, of how many
    accepted: tuple[int, int]  # full, of how many
    repeatable: bool
    faults: tuple[str, ...]
    seconds: float


def verify(lab: Lab, recorder: Recorder) -> Verification:
    """Run all of the lab's own submissions through the grader.

    What ran under the same conditions before is taken from the cache, except for the reference, which runs
    twice each time.

    Raises:
        CourseError, AuthoringError, SandboxError: the lab cannot be run at all.
    """
    began = time.monotonic()
    bank = read_bank(lab.assignment, lab.rubric, lab.policy)
    submissions = {"reference": bank.reference, "again": bank.reference, "stub": bank.stub}
    submissions |= {f"wrong/{wrong.name}": wrong.submission for wrong in bank.wrong}
    submissions |= {f"accepted/{variant.name}": variant.submission for variant in bank.accepted}
    recorded = dict(_recorded(lab, recorder, submissions))

    def known(graders: Graders, _: Environment) -> Expectations:
        names, wanted = known_answers(lab, bank, graders)
        answers = {name: _only(recorded[name], wanted[name]) for name in names}
        return expectations_of(*as_known(lab, bank, answers), lab.rubric.limits)

    def body(bench: Bench) -> Verification:
        return _verified(bench, bank, recorded, began)

    return with_bench(lab, recorder, None, known, body)


def _recorded(
    lab: Lab, recorder: Recorder, submissions: Mapping[str, Submission]
) -> Iterator[tuple[str, Recording]]:
    conditions = recording_conditions(lab, environment_of(recorder.level))
    folder = cache_dir() / "recordings" / lab.assignment.name
    folder.mkdir(parents=True, exist_ok=True)

    def record(name: str) -> Recording:
        path = folder / f"{recording_key(conditions, submissions[name])}.zip"
        if name not in ("reference", "again"):
            try:
                recording = load(path)[0][lab.assignment.name]
            except ValueError:
                pass
            else:
                path.touch()
                return recording
        recording = recorder.record(lab.job(submissions[name]))
        if name not in ("reference", "again"):
            save(path, {lab.assignment.name: recording})
        return recording

    yield from as_finished(record, submissions, recorder.places)
    _forget(folder)


def _forget(folder: Path) -> None:
    """Remove recordings that no verification has used for days."""
    oldest = time.time() - _KEPT_DAYS * 24 * 3600
    for path in folder.glob("*.zip"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def _only(recording: Recording, keys: set[tuple[str, str]]) -> Recording:
    return replace(recording, answers=tuple(a for a in recording.answers if (a.probe, a.case) in keys))


def _verified(bench: Bench, bank: Bank, recorded: dict[str, Recording], began: float) -> Verification:
    def result(name: str, submission: Submission) -> Result:
        return bench.judged(submission, recorded[name])

    full = sum(task.points for task in bench.lab.rubric.tasks.values() if task.kind != "written")
    reference = result("reference", bank.reference)
    stub = result("stub", bank.stub)
    faults = [f"reference: {told}" for told in _lost(reference).values()]
    if reference.problems:
        faults.append(f"reference: {reference.problems[0]}")
    if stub.score:
        passed = [task.id for task in stub.tasks if task.score]
        faults.append(f"stub: it has points in {', '.join(passed)}.")

    caught = 0
    for wrong in bank.wrong:
        lost = _lost(result(f"wrong/{wrong.name}", wrong.submission))
        fault = _difference(wrong.loses, lost)
        caught += not fault
        faults += [f"wrong/{wrong.name}: {fault}"] if fault else []
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
        accepted=(full_marks, len(bank.accepted)),
        repeatable=repeatable,
        faults=tuple(faults),
        seconds=time.monotonic() - began,
    )


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
