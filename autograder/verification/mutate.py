"""Whether a lab's graders tell every small change of its answers from the answers. Trusted side.

Each mutant is graded like a submission. One that keeps all points is a hole in the cases or the graders, or
it is equivalent: then `solutions/<lab>/equivalent.toml` says why, by the mutated text, so that the entry dies
with the line:

    [[equivalent]]
    was = "distances = torch.cdist(query, prototypes)"
    now = "distances = torch.cdist(query, prototypes, 2)"
    why = "2 is the default."
"""

import hashlib
import re
import subprocess
import time
import tomllib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from autograder.authoring.bank import Bank, read_bank
from autograder.authoring.master import AuthoringError
from autograder.authoring.mutation import Mutant
from autograder.course.layout import Assignment, CourseError
from autograder.fleet import Recorder
from autograder.fleet.local import as_finished
from autograder.grading.bench import Bench, with_bench, with_instructors_bench
from autograder.grading.known_answers import record_known
from autograder.grading.recordings import Recordings
from autograder.judging.expectations import Expectations, answers_of, expectations_of
from autograder.judging.judge import judge_task
from autograder.judging.session import Graders
from autograder.lab.lab import Lab
from autograder.results.environment import environment_of
from autograder.results.schema import Environment, TaskResult
from autograder.sandbox import Recording

_ENDS = ("error", "timeout", "not_implemented")


class Equivalent(BaseModel):
    """A change that changes nothing which the task asks for: lines as they were, as they are, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    was: str
    now: str
    why: str


@dataclass(frozen=True)
class Fate:
    """What became of a mutant: the tasks of code that it loses, and those of them that are explained."""

    mutant: Mutant
    lost: tuple[str, ...]
    crashed: bool  # its own task raised or was stopped
    explained: tuple[str, ...]


@dataclass(frozen=True)
class Mutation:
    """What mutants of a lab showed. `faults` are sentences; none of them means that every mutant is told."""

    name: str
    fates: tuple[Fate, ...]
    equivalent: int
    faults: tuple[str, ...]
    seconds: float

    @property
    def killed(self) -> int:
        """How many mutants lose a task."""
        return sum(bool(fate.lost) for fate in self.fates)

    @property
    def survivors(self) -> int:
        """How many lose nothing, and nobody wrote down why."""
        return len(self.fates) - self.killed - self.equivalent

    @property
    def elsewhere(self) -> int:
        """How many lose a task, too, whose answer is not changed."""
        return sum(bool(set(fate.lost) - {fate.mutant.task}) for fate in self.fates)

    @property
    def explained(self) -> tuple[int, int]:
        """Of the tasks that are lost by other than an error: how many a student is told the cause of."""
        told = [fate for fate in self.fates if not fate.crashed]
        return sum(len(fate.explained) for fate in told), sum(len(fate.lost) for fate in told)


def mutate(lab: Lab, recorder: Recorder, since: str = "", part: float = 1.0) -> Mutation:
    """Grade the lab's mutants.

    Args:
        since: a revision of git; only what was changed after it is mutated, or all where a judge was.
        part: the share of the mutants that is tried, always the same ones.

    Raises:
        CourseError, AuthoringError, SandboxError: the lab cannot be run at all.
    """
    began = time.monotonic()
    bank = read_bank(lab.assignment, lab.rubric, lab.policy)
    allowed = read_equivalent(lab.assignment)
    chosen = [mutant for mutant in bank.mutants if _chosen(mutant, part)]
    if since:
        lines = _lines_changed(lab.assignment, since)
        chosen = [mutant for mutant in chosen if lines is None or mutant.line in lines]

    def known(graders: Graders, environment: Environment) -> Expectations:
        found = record_known(lab, bank, graders, recorder, in_all_forms=False)
        return expectations_of(found.recordings, found.about, lab.rubric.limits)

    def body(bench: Bench) -> tuple[Fate, ...]:
        return tuple(_fates(bench, bank, chosen))

    # Names hang on all forms of all mistakes, which take minutes to record: asked for with all mutants only.
    if len(chosen) == len(bank.mutants):
        fates = with_instructors_bench(lab, recorder, None, body)
    else:
        fates = with_bench(lab, recorder, None, known, body)
    faults = [
        _diff(lab, fate.mutant) for fate in fates if not fate.lost and not _is_among(fate.mutant, allowed)
    ]
    faults += [
        f"equivalent.toml: no mutant is {entry.now!r} any more. Take the entry out."
        for entry in allowed
        if not any(_is(mutant, entry) for mutant in bank.mutants)
    ]
    equivalent = sum(not fate.lost and _is_among(fate.mutant, allowed) for fate in fates)
    name = lab.assignment.name
    return Mutation(name, fates, equivalent, tuple(faults), time.monotonic() - began)


def read_equivalent(assignment: Assignment) -> tuple[Equivalent, ...]:
    """What is written down about changes that change nothing.

    Raises:
        AuthoringError: the file is no such file; says why.
    """
    path = assignment.solution_dir / "equivalent.toml"
    if not path.exists():
        return ()
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("equivalent", [])
        return tuple(Equivalent.model_validate(entry) for entry in entries)
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise AuthoringError(f"{path}:1: write [[equivalent]] with was, now and why: {error}") from error


def _fates(bench: Bench, bank: Bank, mutants: Sequence[Mutant]) -> Iterator[Fate]:
    """What becomes of each; tasks of weights are not asked, since these belong to the reference's network."""
    lab = bench.lab
    tasks = {task_id: task for task_id, task in lab.rubric.tasks.items() if task.kind == "code"}
    keys = bench.graders.keys(tasks)
    store = Recordings(lab, bench.recorder, environment_of(bench.recorder.level), bank.reference)

    def record(mutant: Mutant) -> Recording:
        return store.record(mutant.submission(bank.reference), keys)

    for mutant, recording in as_finished(record, mutants, bench.recorder.places):
        answers = answers_of(recording, lab.rubric.limits)
        judged = [
            judge_task(task_id, task, bench.graders, answers, bench.expectations)
            for task_id, task in tasks.items()
        ]
        yield _fate(mutant, [task for task in judged if task.status != "passed"])


def _fate(mutant: Mutant, lost: Sequence[TaskResult]) -> Fate:
    own = [task for task in lost if task.id == mutant.task] or lost
    crashed = all(test.status in _ENDS for task in own for test in task.tests if test.status != "passed")
    return Fate(
        mutant,
        tuple(task.id for task in lost),
        bool(lost) and crashed,
        tuple(task.id for task in lost if task.misconception or task.difference),
    )


def _chosen(mutant: Mutant, part: float) -> bool:
    digest = hashlib.sha256(f"{mutant.told} {mutant.lines}".encode()).digest()
    return int.from_bytes(digest[:4]) < part * 2**32


def _is(mutant: Mutant, entry: Equivalent) -> bool:
    was, now = ("\n".join(lines) for lines in mutant.lines)
    return (was, now) == (entry.was, entry.now)


def _is_among(mutant: Mutant, entries: Sequence[Equivalent]) -> bool:
    return any(_is(mutant, entry) for entry in entries)


def _diff(lab: Lab, mutant: Mutant) -> str:
    was, now = mutant.lines
    master = lab.assignment.master.relative_to(lab.assignment.root)
    lines = [f"{master}:{mutant.line}: {mutant.task} keeps all points with {mutant.told}"]
    return "\n".join([*lines, *(f"  - {line}" for line in was), *(f"  + {line}" for line in now)])


def _lines_changed(assignment: Assignment, since: str) -> Collection[int] | None:
    """The master's lines that were changed after a revision; `None` where its cases or graders were."""
    judges = [
        *assignment.grader_files(),
        *assignment.public_modules(),
        assignment.fixtures_dir,
        assignment.rubric,
    ]
    if _git(assignment.root, "diff", "--name-only", since, "--", *map(str, judges)):
        return None
    hunks = re.findall(
        r"^@@ .* \+(\d+)(?:,(\d+))? @@",
        _git(assignment.root, "diff", "-U0", since, "--", str(assignment.master)),
        re.M,
    )
    return {line for first, count in hunks for line in range(int(first), int(first) + int(count or 1))}


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True)
    if done.returncode:
        raise CourseError(f"git {arguments[0]}: {done.stderr.strip()}")
    return done.stdout
