"""What the lab's own submissions answer: recorded once, kept under a hash of its causes. Trusted side."""

import hashlib
from dataclasses import replace
from typing import Any

from autograder.authoring.bank import Bank, read_bank
from autograder.fleet import Recorder
from autograder.fleet.local import as_finished
from autograder.grading.cache_keys import known_conditions
from autograder.judging.expectations import Expectations, answers_of, expectations_of
from autograder.judging.session import Graders, Key
from autograder.lab.lab import Lab
from autograder.results.schema import Environment
from autograder.sandbox import Recording, SandboxError
from autograder.sandbox.store import load, save
from autograder.submission import Submission
from data_utils.places import cache_dir


def known_expectations(
    lab: Lab, graders: Graders, recorder: Recorder, environment: Environment
) -> Expectations:
    """Expected answers for every case of the lab: from the cache, else recorded now and cached.

    Raises:
        AuthoringError: the solutions cannot be used; names file and line.
        SandboxError: the reference itself fails; says where.
    """
    asked = f"{known_conditions(lab, environment)} {sorted(graders.compared())}"
    digest = hashlib.sha256(asked.encode()).hexdigest()[:24]
    path = cache_dir() / "expectations" / f"{lab.assignment.name}-{digest}.zip"
    try:
        recordings, about = load(path)
    except ValueError:
        bank = read_bank(lab.assignment, lab.rubric, lab.policy)
        recordings, about = record_known(lab, bank, graders, recorder)
        path.parent.mkdir(parents=True, exist_ok=True)
        save(path, recordings, about)
    return expectations_of(recordings, about, lab.rubric.limits)


def record_known(
    lab: Lab, bank: Bank, graders: Graders, recorder: Recorder
) -> tuple[dict[str, Recording], dict[str, Any]]:
    """What `known_answers` wants, recorded now; no more of each submission than that."""
    submissions, wanted = known_answers(lab, bank, graders)

    def record(name: str) -> Recording:
        calls = tuple(call for call in lab.calls if (call.probe, call.case) in wanted[name])
        return recorder.record(replace(lab, calls=calls).job(submissions[name]))

    recorded = dict(as_finished(record, submissions, recorder.places))
    return as_known(lab, bank, {name: recorded[name] for name in submissions})


def known_answers(
    lab: Lab, bank: Bank, graders: Graders
) -> tuple[dict[str, Submission], dict[str, set[Key]]]:
    """The submissions whose answers are compared with, by name, and for each the probes and cases wanted.

    They are `reference`, `accepted/...` (the other combinations of axes) and `wrong/...`. Only what graders
    compare with is kept, and of a wrong answer only the tasks that it loses: trained weights, which are
    judged by themselves, never get into expectations that students are given.
    """
    known = bank.combinations(lab.rubric)
    submissions = known | {f"wrong/{wrong.name}": wrong.submission for wrong in bank.wrong}
    wanted = dict.fromkeys(known, graders.compared())
    wanted |= {f"wrong/{wrong.name}": graders.compared(wrong.loses) for wrong in bank.wrong}
    return submissions, wanted


def as_known(
    lab: Lab, bank: Bank, recorded: dict[str, Recording]
) -> tuple[dict[str, Recording], dict[str, Any]]:
    """The recordings, and what is known about the wrong ones: `{"wrong/x": {"hint": ..., "loses": [...]}}`.

    Raises:
        SandboxError: an expected answer is none; says where.
    """
    for name, recording in recorded.items():
        if not name.startswith("wrong/"):
            _insist(name, recording, lab)
    about = {f"wrong/{w.name}": {"hint": w.hint, "loses": sorted(w.loses)} for w in bank.wrong}
    return recorded, about


def _insist(name: str, recording: Recording, lab: Lab) -> None:
    """Expected answers must be answers."""
    for key, answer in answers_of(recording, lab.rubric.limits).items():
        if answer.outcome != "ok":
            error = answer.error
            where = f" ({error.label}, line {error.line})" if error and error.label else ""
            why = f"{error.type}: {error.message}{where}" if error else answer.outcome
            cells = "; ".join(
                f"{e.label}, line {e.line}: {e.type}: {e.message}" for e in recording.cell_errors[:2]
            )
            raise SandboxError(f"{name} fails in probe {key[0]} on {key[1]}: {why}. {cells}".strip())
