"""Grading submissions of one lab: record confined, judge here, one `Result` each. Trusted side."""

import hashlib
import platform
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from autograder.fleet.local import as_finished
from autograder.judging.expectations import Expectations, answers_of
from autograder.judging.judge import check_graders, judge
from autograder.judging.session import Graders, with_graders
from autograder.known import known_expectations
from autograder.lab import Lab
from autograder.results import Environment, Result, SubmissionInfo, TaskResult
from autograder.sandbox import Level, Recording, SandboxError
from autograder.sandbox.client import ForkServer
from autograder.sandbox.store import load, save
from autograder.submission import Submission
from autograder.submission.find import Found

T = TypeVar("T")


@dataclass(frozen=True)
class Settings:
    """How a grading runs. `level=None` takes the strictest sandbox there is."""

    workers: int = 2
    level: Level | None = None
    force: bool = False  # record again what an earlier grading recorded


@dataclass(frozen=True)
class Graded:
    """One finished submission."""

    result: Result
    reused: bool = False
    fault: str = ""  # what of ours failed; the result is `internal`


@dataclass(frozen=True)
class Bench:
    """A lab ready to grade: warm server, expected answers, collected graders."""

    lab: Lab
    server: ForkServer
    expectations: Expectations
    environment: Environment
    graders: Graders

    def judged(self, submission: Submission, recording: Recording) -> Result:
        """The result of one recorded submission; `internal`, for it alone, where judging itself fails."""
        try:
            answers = answers_of(recording, self.lab.rubric.limits)
            tasks = judge(self.graders, self.lab.rubric, answers, self.expectations)
        except Exception as error:  # whatever a submission provokes, the rest of the class is graded
            return self.failed(submission, f"{type(error).__name__}: {error}")
        # Judged again elsewhere, a recording was still made at the level at which it was made.
        environment = self.environment.model_copy(update={"sandbox": recording.level})
        return result_of(self.lab, submission, tasks, environment, _cell_problems(recording))

    def failed(self, submission: Submission, fault: str) -> Result:
        """The result where something of ours failed: loud, and never a zero in silence."""
        tasks = tuple(
            task.model_copy(update={"status": "internal", "score": 0.0}) if task.kind != "written" else task
            for task in unjudged(self.lab)
        )
        return result_of(self.lab, submission, tasks, self.environment, (f"The grader failed: {fault}",))


def with_bench(
    lab: Lab,
    settings: Settings,
    known: Callable[[Graders, ForkServer, Environment], Expectations],
    body: Callable[[Bench], T],
) -> T:
    """Start the server, get the expected answers from `known`, collect the graders, and run `body`.

    Raises:
        CourseError, AuthoringError: the lab is broken; names file and line.
        SandboxError: the reference or the sandbox itself fails.
    """
    with ForkServer(lab.modules(), settings.level) as server:
        # The server imports torch while pytest collects graders that import it here.
        def bench(graders: Graders) -> T:
            check_graders(graders, lab.rubric)
            environment = environment_of(server.level)
            return body(Bench(lab, server, known(graders, server, environment), environment, graders))

        return with_graders(lab.assignment.graders, lab.calls, lab.rubric.settings, bench)


def with_instructors_bench(lab: Lab, settings: Settings, body: Callable[[Bench], T]) -> T:
    """`with_bench` where the solutions are at hand: expected answers come from them."""

    def known(graders: Graders, server: ForkServer, environment: Environment) -> Expectations:
        return known_expectations(lab, graders, server, environment, settings.workers)

    return with_bench(lab, settings, known, body)


def grade(bench: Bench, handed_in: Sequence[Found], settings: Settings, out: Path) -> Iterator[Graded]:
    """Grade what was handed in, in the order in which they finish.

    Answers stay in `out/answers/`: a submission recorded before, under the same conditions, is only judged
    again. Each result is on disk, in `out/results/`, before it is yielded.
    """
    (out / "answers").mkdir(parents=True, exist_ok=True)
    (out / "results").mkdir(parents=True, exist_ok=True)

    def record(found: Found) -> tuple[Submission, Recording | None, bool, str]:
        submission = bench.lab.read(found)
        stored = out / "answers" / f"{submission.student}.zip"
        if submission.problem:
            stored.unlink(missing_ok=True)  # of an earlier hand-in, which `judge` would find again
            return submission, None, False, ""
        key = recording_key(bench.lab, submission, bench.environment)
        if not settings.force and (kept := _kept(stored, key)):
            return submission, kept, True, ""
        try:
            recording = bench.server.record(bench.lab.job(submission))
        except SandboxError as error:
            return submission, None, False, str(error)
        save(
            stored,
            {"submission": recording},
            {"key": key, "name": submission.name, "sha256": submission.sha256},
        )
        return submission, recording, False, ""

    for _, (submission, recording, reused, fault) in as_finished(record, handed_in, settings.workers):
        if recording is not None:
            result = bench.judged(submission, recording)
        elif fault:
            result = bench.failed(submission, fault)
        else:
            result = unreadable(bench.lab, submission, bench.environment)
        write_result(result, out)
        yield Graded(result, reused, fault or _internal(result))


def judge_again(bench: Bench, out: Path) -> Iterator[Graded]:
    """Judge the answers in `out/answers/` with the graders of today; no student's code runs."""
    for stored in sorted((out / "answers").glob("*.zip")):
        recordings, about = load(stored)
        submission = Submission(student=stored.stem, name=about["name"], sha256=about["sha256"])
        result = bench.judged(submission, recordings["submission"])
        write_result(result, out)
        yield Graded(result, reused=True, fault=_internal(result))


def write_result(result: Result, out: Path) -> None:
    """Write `out/results/<student>.json`, whole or not at all."""
    path = out / "results" / f"{result.student}.json"
    unfinished = path.with_suffix(".partial")
    unfinished.write_text(result.to_json(), encoding="utf-8")
    unfinished.replace(path)


def result_of(
    lab: Lab,
    submission: Submission,
    tasks: tuple[TaskResult, ...],
    environment: Environment,
    problems: tuple[str, ...] = (),
) -> Result:
    """Add up the tasks; a bonus counts for the score, not for the maximum."""
    return Result(
        assignment=lab.assignment.name,
        assignment_version=lab.rubric.version,
        student=submission.student,
        submission=SubmissionInfo(name=submission.name, sha256=submission.sha256),
        score=round(sum(task.score for task in tasks), 2),
        max_score=round(sum(task.max_score for task in tasks if not task.bonus), 2),
        tasks=tasks,
        environment=environment,
        problems=problems,
    )


def unjudged(lab: Lab) -> tuple[TaskResult, ...]:
    """Every task of the lab without a point: written ones pending, the others as errors."""
    return tuple(
        TaskResult(
            id=task_id,
            title=task.title,
            kind=task.kind,
            status="pending" if task.kind == "written" else "error",
            score=0,
            max_score=task.points,
            bonus=task.bonus,
        )
        for task_id, task in lab.rubric.tasks.items()
    )


def unreadable(lab: Lab, submission: Submission, environment: Environment) -> Result:
    """The result of a submission that could not be read: its row, and one sentence."""
    return result_of(lab, submission, unjudged(lab), environment, (submission.problem or "",))


def environment_of(level: Level) -> Environment:
    """What this machine is, as far as results may depend on it."""
    return Environment(
        python=platform.python_version(),
        torch=version("torch"),
        numpy=version("numpy"),
        platform=f"{platform.system()} {platform.machine()}",
        sandbox=level,
    )


def recording_key(lab: Lab, submission: Submission, environment: Environment) -> str:
    """A hash of all that a recording depends on."""
    parts = f"{submission.sha256} {lab.digest()} {environment.model_dump_json()}"
    return hashlib.sha256(parts.encode()).hexdigest()


def _kept(stored: Path, key: str) -> Recording | None:
    try:
        recordings, about = load(stored)
    except ValueError:
        return None
    return recordings["submission"] if about.get("key") == key else None


def _internal(result: Result) -> str:
    """What of ours failed, in one line; empty where nothing did."""
    for task in result.tasks:
        if task.status == "internal":
            test = next((test for test in task.tests if test.status == "internal"), None)
            told = f"{test.name}: {test.message}" if test else " ".join(result.problems)
            return f"{result.student}, task {task.id}, {told}"
    return ""


def _cell_problems(recording: Recording) -> tuple[str, ...]:
    return tuple(
        re.sub(r"\s+", " ", f"{error.label}, line {error.line}: {error.type}: {error.message}").strip(": ")
        for error in recording.cell_errors
    )
