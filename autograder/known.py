"""What the lab's own submissions answer: recorded once, kept under a hash of its causes. Trusted side."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import autograder
from autograder.authoring.bank import Bank, read_bank
from autograder.fleet.local import as_finished
from autograder.judging.expectations import Expectations, answers_of, expectations_of
from autograder.judging.session import Graders
from autograder.lab import Lab
from autograder.results import Environment
from autograder.sandbox import Recording, SandboxError
from autograder.sandbox.client import ForkServer
from autograder.sandbox.store import load, save
from data_utils.places import cache_dir


def known_expectations(
    lab: Lab, graders: Graders, server: ForkServer, environment: Environment, workers: int
) -> Expectations:
    """Expected answers for every case of the lab: from the cache, else recorded now and cached.

    Raises:
        AuthoringError: the solutions cannot be used; names file and line.
        SandboxError: the reference itself fails; says where.
    """
    path = cache_dir() / "expectations" / f"{lab.assignment.name}-{_digest(lab, graders, environment)}.zip"
    try:
        recordings, about = load(path)
    except ValueError:
        bank = read_bank(lab.assignment, lab.rubric, lab.policy)
        recordings, about = record_known(lab, bank, graders, server, workers)
        path.parent.mkdir(parents=True, exist_ok=True)
        save(path, recordings, about)
    return expectations_of(recordings, about, lab.rubric.limits)


def record_known(
    lab: Lab, bank: Bank, graders: Graders, server: ForkServer, workers: int
) -> tuple[dict[str, Recording], dict[str, Any]]:
    """Recordings named `reference`, `accepted/...` (the other combinations of axes) and `wrong/...`, and what
    is known about the wrong ones: `{"wrong/x": {"hint": ..., "loses": [...]}}`.

    Only what graders compare with is recorded, and of a wrong answer only the tasks that it loses: trained
    weights, which are judged by themselves, never get into expectations that students are given.
    """
    known = bank.combinations(lab.rubric)
    submissions = known | {f"wrong/{wrong.name}": wrong.submission for wrong in bank.wrong}
    about = {f"wrong/{w.name}": {"hint": w.hint, "loses": sorted(w.loses)} for w in bank.wrong}
    wanted = dict.fromkeys(known, graders.compared())
    wanted |= {f"wrong/{wrong.name}": graders.compared(wrong.loses) for wrong in bank.wrong}
    labs = {
        name: replace(lab, calls=tuple(call for call in lab.calls if (call.probe, call.case) in keys))
        for name, keys in wanted.items()
    }

    def record(name: str) -> Recording:
        return server.record(labs[name].job(submissions[name]))

    recorded = dict(as_finished(record, submissions, workers))
    for name in known:
        _insist(name, recorded[name], lab)
    return {name: recorded[name] for name in submissions}, about


def _insist(name: str, recording: Recording, lab: Lab) -> None:
    """Expected answers must be answers."""
    for key, answer in answers_of(recording, lab.rubric.limits).items():
        if answer.outcome != "ok":
            error = answer.error
            why = (
                f"{error.type}: {error.message} ({error.label}, line {error.line})"
                if error
                else answer.outcome
            )
            cells = "; ".join(
                f"{e.label}, line {e.line}: {e.type}: {e.message}" for e in recording.cell_errors[:2]
            )
            raise SandboxError(f"{name} fails in probe {key[0]} on {key[1]}: {why}. {cells}".strip())


def _digest(lab: Lab, graders: Graders, environment: Environment) -> str:
    """A hash of all that the answers of the lab's own submissions may depend on."""
    digest = hashlib.sha256(f"{lab.digest()} {environment} {sorted(graders.compared())}".encode())
    engine = Path(autograder.__file__).parent
    sources = [*engine.glob("sandbox/*.py"), *engine.glob("authoring/*.py"), *engine.glob("submission/*.py")]
    for folder in (lab.assignment.solution_dir, lab.assignment.fixtures_dir / "checkpoints"):
        sources += [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    for path in sorted([*sources, lab.assignment.notebook]):
        digest.update(f"{path.name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:24]
