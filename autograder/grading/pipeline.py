"""Grading submissions of one lab: record confined, judge here, one `Result` each. Trusted side.

What was done before under the same conditions is not done again: each result stands beside a note of what it
was made with (`made`), each recording beside the key of its conditions, and both are on disk before the next.
"""

import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal

from autograder.fleet.local import as_finished
from autograder.fleet.twice import record_and_mark
from autograder.grading.bench import Bench
from autograder.grading.cache_keys import judging_conditions, recording_conditions, recording_key, result_key
from autograder.grading.provenance import (
    Made,
    digest_of,
    read_made,
    reusable_result,
    write_made,
    write_result,
)
from autograder.lab.lab import Lab
from autograder.results.schema import Result, TaskResult
from autograder.sandbox import RecorderLost, Recording, SandboxError
from autograder.sandbox.store import load, save
from autograder.submission import Form, Submission
from autograder.submission.find import Found
from autograder.submission.pictures import with_pictures
from autograder.submission.unpack import printable

How = Literal["graded", "judged", "reused"]
_AUTHORS = re.compile(r"\.py:\d+: ")  # the place of a mistake in a lab's own files


@dataclass(frozen=True)
class Graded:
    """One finished submission.

    Attributes:
        how: `graded` in a box now; only `judged`, its answers being on disk; or `reused` as it was.
        seconds: wall clock from reading it to its answers.
        written: its answers in words, with the pictures that they show.
        code: the sources of its cells.
        fault: what of ours failed; the result is `internal`.
    """

    result: Result
    how: How
    seconds: float = 0.0
    fault: str = ""
    written: Mapping[str, str] = field(default_factory=dict)
    code: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Taken:
    """A submission with its answers, or with its result where that is known already."""

    found: Found
    submission: Submission
    recording: Recording | None = None
    result: Result | None = None
    how: How = "graded"
    keys: tuple[str, str] = ("", "")
    seconds: float = 0.0
    fault: str = ""


def grade(
    bench: Bench,
    handed_in: Sequence[Found],
    out: Path,
    force: bool = False,
    command: str = "",
    task_ended: Callable[[str, TaskResult], object] = lambda student, task: None,
) -> Iterator[Graded]:
    """Grade what was handed in, in the order in which they finish.

    Each result is on disk, in `out/results/`, before it is yielded, with its answers in `out/answers/` and
    what it was made with in `out/made/`.

    Args:
        force: record everything again.
        command: the command line, noted beside each result.
        task_ended: called with the student and each task that is judged, as soon as it is.

    Raises:
        RecorderLost: the cluster on which submissions ran is gone.
    """
    for folder in ("answers", "results", "made"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    recorded_under = recording_conditions(bench.lab, bench.environment)
    judged_under = judging_conditions(bench.lab, bench.environment)
    once = _Once()

    def take(found: Found) -> _Taken:
        began = time.monotonic()
        try:
            submission = _read(bench.lab, found)
        except OSError:
            raise
        except Exception as error:  # a fault of our reader's: it costs this submission, and not the class
            unread = Submission(found.student, printable(found.path.name), sha256="")
            return _Taken(found, unread, fault=f"it could not be read: {type(error).__name__}: {error}")
        stored = _answers(out, found.student)
        if submission.problem:
            stored.unlink(missing_ok=True)  # of an earlier hand-in, which `judge` would find again
            return _Taken(found, submission, result=bench.unreadable(submission))
        key = recording_key(recorded_under, submission)
        keys = key, result_key(key, judged_under, submission)
        if not force:
            if result := reusable_result(out, found.student, keys):
                return _Taken(found, submission, result=result, how="reused", keys=keys)
            if kept := _kept(stored, key):
                return _Taken(found, submission, recording=kept, how="judged", keys=keys)
        mine: list[Recording] = []

        def record() -> Path:
            mine.append(record_and_mark(bench.recorder, bench.lab.job(submission)))
            _save(stored, mine[0], submission, key)
            return stored

        try:
            source = once.run(key, record)
        except RecorderLost:
            raise
        except SandboxError as error:
            return _Taken(found, submission, fault=str(error))
        if not mine:  # the same as another student's
            mine.append(load(source)[0]["submission"])
            _save(stored, mine[0], submission, key)
        return _Taken(found, submission, mine[0], keys=keys, seconds=time.monotonic() - began)

    def decide(found: Found) -> tuple[_Taken, Result]:
        taken = take(found)
        if taken.result:
            return taken, taken.result
        if taken.recording is None:
            return taken, bench.failed(taken.submission, taken.fault)
        told = partial(task_ended, found.student)
        return taken, bench.judged(taken.submission, taken.recording, told)

    with bench.with_judges() as bench:
        for _, (taken, result) in as_finished(decide, handed_in, bench.recorder.places):
            fault = internal_fault(result)
            if taken.fault and not fault:  # where all is written no task can say it
                fault = f"internal: {result.student}, {taken.fault}"
            if taken.how != "reused":
                write_result(result, out)
                write_made(_made(taken, result, bench, command, fault), out, result.student)
            work = taken.submission
            written = {task: with_pictures(text, work.files) for task, text in work.written.items()}
            code = tuple(cell.source for cell in work.cells)
            yield Graded(result, taken.how, taken.seconds, fault, written, code)


def _read(lab: Lab, found: Found) -> Submission:
    """What was handed in. Where several threads parse code at once, Python 3.11 now and then miscounts how
    deep it is and raises (python/cpython#106905); nothing is wrong with the code, so it is read once more.
    """
    try:
        return lab.read(found)
    except SystemError:
        return lab.read(found)


def judge_again(bench: Bench, out: Path) -> Iterator[Graded]:
    """Judge the answers in `out/answers/` with the graders of today; no student's code runs.

    Where they are damaged, the result stays as it is, and the fault says so. What could not be read has no
    answers, and gets the rubric of today.
    """
    with bench.with_judges() as bench:
        yield from _recorded_again(bench, out)
    yield from _unreadable_again(bench, out)


def _recorded_again(bench: Bench, out: Path) -> Iterator[Graded]:
    judged_under = judging_conditions(bench.lab, bench.environment)
    for stored in sorted((out / "answers").glob("*.zip")):
        try:
            recordings, about = load(stored)
        except ValueError as error:
            left = Result.model_validate_json((out / "results" / f"{stored.stem}.json").read_bytes())
            fault = (
                f"internal: {stored.stem} was not judged again: {error}. Grade this submission with --force."
            )
            yield Graded(left, "reused", fault=fault)
            continue
        form = Form(**about.get("form", {}))
        submission = Submission(stored.stem, about["name"], about["sha256"], form=form)
        keys = about["key"], result_key(about["key"], judged_under, submission)
        if result := reusable_result(out, submission.student, keys):
            yield Graded(result, "reused")
            continue
        result = bench.judged(submission, recordings["submission"])
        fault = internal_fault(result)
        write_result(result, out)
        if made := read_made(out, submission.student):
            judged = "" if fault else keys[1]
            update = {"judging": judged, "result": digest_of(result)}
            write_made(made.model_copy(update=update), out, result.student)
        yield Graded(result, "judged", fault=fault)


def _unreadable_again(bench: Bench, out: Path) -> Iterator[Graded]:
    for path in sorted((out / "results").glob("*.json")):
        before = Result.model_validate_json(path.read_bytes())
        unreadable = before.problems and not any(task.tests for task in before.tasks)
        if not unreadable or internal_fault(before) or (out / "answers" / f"{path.stem}.zip").exists():
            continue
        info = before.submission
        submission = Submission(before.student, info.name, info.sha256, problem=before.problems[0])
        result = bench.unreadable(submission).model_copy(update={"environment": before.environment})
        if result != before:
            write_result(result, out)
        yield Graded(result, "reused" if result == before else "judged")


def internal_fault(result: Result) -> str:
    """What failed, a grader of the lab or the engine, in one line; empty where nothing did."""
    for task in result.tasks:
        if task.status == "internal":
            said = [f"{t.name}: {t.message}".removeprefix(": ") for t in task.tests if t.status == "internal"]
            whose = "The lab is broken" if any(map(_AUTHORS.search, said)) else "internal"
            return f"{whose}: {result.student}, task {task.id}, {' '.join(said[:1])}"
    return ""


class _Once:
    """Of several identical jobs one runs, and the others take what it brought."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._done: dict[str, Future[Path]] = {}

    def run(self, key: str, do: Callable[[], Path]) -> Path:
        with self._lock:
            mine = key not in self._done
            future = self._done.setdefault(key, Future())
        if mine:
            try:
                future.set_result(do())
            except BaseException as error:
                future.set_exception(error)
        return future.result()


def _save(stored: Path, recording: Recording, submission: Submission, key: str) -> None:
    about = {
        "key": key,
        "name": submission.name,
        "sha256": submission.sha256,
        "form": asdict(submission.form),
    }
    save(stored, {"submission": recording}, about)


def _kept(stored: Path, key: str) -> Recording | None:
    try:
        recordings, about = load(stored)
    except ValueError:
        return None
    return recordings["submission"] if about.get("key") == key else None


def _made(taken: _Taken, result: Result, bench: Bench, command: str, fault: str) -> Made:
    recording, judging = taken.keys
    return Made(
        path=str(taken.found.path.absolute()),
        attempt=taken.found.attempt,
        recording=recording,
        judging="" if fault else judging,  # what failed is tried again
        result=digest_of(result),
        seed=bench.lab.seed,
        command=command,
        seconds=round(taken.seconds, 3),
        probes={
            f"{a.probe} {a.case}": round(a.seconds, 3)
            for a in (taken.recording.answers if taken.recording else ())
        },
    )


def _answers(out: Path, student: str) -> Path:
    return out / "answers" / f"{student}.zip"
