"""Holds the clock over one submission: starts its boxes, asks the questions, labels the answers.

Trusted, one process a submission; runs no student code and treats every byte from a box as hostile.
"""

import os
import select
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Literal, NoReturn

from autograder.sandbox import (
    CellError,
    Job,
    Level,
    Outcome,
    RawAnswer,
    Recording,
    answers,
    box,
    confine,
    runner,
    usage,
)
from autograder.sandbox.reports import Kind, Report, take
from autograder.sandbox.wire import read_job, write_recording

if sys.platform == "linux":
    from autograder.sandbox import kernel

_POLL_SECONDS = 0.02
_SCRATCH_POLL_SECONDS = 0.2  # of a folder that is no file system of its own, with a size
_PROCESSES = 32  # above that a box is a fork bomb
_RESTARTS = 8  # boxes for cells that hang or end the process; after these only definitions run
_HANGS = 2  # of one probe; its other cases are not waited for
_SETUP_SECONDS = 30
_CELL_ERRORS = 200
_LOCATION_BYTES = 4096
_ALL_ANSWERS = 8  # times the largest answer: all of a submission together; an honest one's take less than one

Ending = Literal["timeout", "died", "memory", "too_large"]


class BoxFailure(Exception):
    """A box could not be shut: our fault. The message says why."""


@dataclass(frozen=True)
class Frame:
    number: int
    data: bytes


class Box:
    """One box as its watcher sees it."""

    def __init__(
        self, job: Job, level: Level, folder: Path, left_out: set[tuple[int, int]], definitions: bool
    ) -> None:
        self._scratch = Path(tempfile.mkdtemp(dir=folder))
        self._limits = job.limits
        self._level = level
        self._memory_base_kb = usage.own_kb(os.getpid())
        data_bytes = (usage.data_kb() << 10) + (job.limits.memory_mb << 20)
        plan = confine.Plan(level, job.public_dir, self._scratch, data_bytes, job.limits.scratch_mb)
        self._control, control = socket.socketpair()
        self._reports, reports = os.pipe()
        self._outputs, output = os.pipe()
        self._answers: int | None = None
        ends = box.Ends(control, self._control, reports, output)
        try:
            self._pid = _fork_box(lambda: box.run(job, plan, left_out, definitions, ends), level)
        finally:
            control.close()
            os.close(reports)
            os.close(output)
        for pipe in (self._reports, self._outputs):
            os.set_blocking(pipe, False)
        self._report_bytes, self._frame_bytes = bytearray(), bytearray()
        self.output = bytearray()
        self._dead = self._ended = False
        self._next_poll = self._next_scratch_poll = 0.0
        self._control.send(b"g")

    def ask(self, first: int, last: int, inputs: int) -> None:
        """Have the calls `first` to `last - 1` answered by one fork, over a pipe of its own.

        `inputs` is the file with the cases of their group.
        """
        self._close_answers()
        self._frame_bytes.clear()
        self._answers, inner = os.pipe()
        os.set_blocking(self._answers, False)
        self._ended = False
        with suppress(OSError):  # a box that is gone is found dead by `event`
            socket.send_fds(self._control, [box.REQUEST.pack(first, last)], [inner, inputs])
        os.close(inner)

    def event(self, deadline: float) -> Report | Frame | Ending:
        """What happens next, at the latest at `deadline` (monotonic seconds)."""
        while True:
            try:
                frame = self._take_frame()
                if frame or self._ended:
                    return frame or Report(Kind.ENDED)
                report = take(self._report_bytes)
            except ValueError:
                return "died"
            except OverflowError:
                return "too_large"
            if report:
                if report.kind is not Kind.ENDED:
                    return report
                while self._read(self._answers, self._frame_bytes):  # all that the fork has written
                    pass
                self._ended = True
                continue
            if self._dead:
                return "died"
            now = time.monotonic()
            if now >= deadline:
                return "timeout"
            if now >= self._next_poll:
                if self._uses_too_much(now):
                    return "memory"
                self._next_poll = now + _POLL_SECONDS
            self._wait(min(_POLL_SECONDS, deadline - now))

    def destroy(self) -> None:
        """End the box and all its processes, wait until they are gone, and remove its scratch folder."""
        if not self._dead:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._pid, signal.SIGKILL)
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)  # of a PID namespace's first process: after all the others
        usage.end_orphans()  # where no PID namespace did it
        self._drain_output()
        self._close_answers()
        self._control.close()
        os.close(self._reports)
        os.close(self._outputs)
        with suppress(RecursionError):
            shutil.rmtree(self._scratch, ignore_errors=True)

    def _take_frame(self) -> Frame | None:
        head = runner.FRAME.size
        if len(self._frame_bytes) < head:
            return None
        number, size = runner.FRAME.unpack_from(self._frame_bytes)
        if size > self._limits.answer_mb << 20:
            raise OverflowError
        if len(self._frame_bytes) < head + size:
            return None
        data = bytes(self._frame_bytes[head : head + size])
        del self._frame_bytes[: head + size]
        return Frame(number, data)

    def _wait(self, seconds: float) -> None:
        pipes = [p for p in (self._reports, self._outputs, self._answers) if p is not None]
        ready, _, _ = select.select(pipes, [], [], seconds)
        if self._outputs in ready:
            self._drain_output()
        got = self._reports in ready and self._read(self._reports, self._report_bytes)
        if self._answers in ready:
            got |= self._read(self._answers, self._frame_bytes)
        if not got:
            self._dead = self._dead or os.waitpid(self._pid, os.WNOHANG)[0] != 0
            if self._dead:  # what it said before it died still counts
                while self._read(self._reports, self._report_bytes):
                    pass
                while self._read(self._answers, self._frame_bytes):
                    pass

    def _drain_output(self) -> None:
        with suppress(BlockingIOError):
            data = os.read(self._outputs, 1 << 16)
            self.output += data[: max(0, (self._limits.output_kb << 10) - len(self.output))]

    def _read(self, pipe: int | None, buffer: bytearray) -> bool:
        """Append what is there; false where nothing is."""
        if pipe is None or len(buffer) > (self._limits.answer_mb + 1) << 20:
            return False
        try:
            data = os.read(pipe, 1 << 20)
        except BlockingIOError:
            return False
        buffer += data
        return bool(data)

    def _uses_too_much(self, now: float) -> bool:
        if sys.platform != "linux":
            return False
        limits, pids = self._limits, usage.processes(self._pid)
        if self._level in ("landlock", "setuid") and now >= self._next_scratch_poll:
            if (
                usage.scratch_kb(self._scratch, pids) > 2 * limits.scratch_mb << 10
            ):  # one file may have it all
                return True
            self._next_scratch_poll = time.monotonic() + _SCRATCH_POLL_SECONDS
        return len(pids) > _PROCESSES or usage.more_than(limits.memory_mb << 10, pids, self._memory_base_kb)

    def _close_answers(self) -> None:
        if self._answers is not None:
            os.close(self._answers)
            self._answers = None


def _out_of_memory(error: CellError) -> bool:
    return error.type == "MemoryError" or "can't allocate memory" in error.message  # older torch


@dataclass
class _Watch:
    """The progress of one job over as many boxes as it takes."""

    job: Job  # its calls in the order of their groups, without their inputs
    inputs: Mapping[tuple[str, str], int]  # for each group the file with its cases
    level: Level
    folder: Path
    answers: dict[int, RawAnswer] = field(default_factory=dict)
    left_out: set[tuple[int, int]] = field(default_factory=set)
    stopped: list[tuple[int, CellError]] = field(default_factory=list)
    raised: list[tuple[int, CellError]] = field(default_factory=list)
    hangs: Counter[str] = field(default_factory=Counter)
    output: bytearray = field(default_factory=bytearray)
    definitions_only: bool = False
    restarts: int = 0
    taken: int = 0  # bytes of answers
    loaded: bool = False  # by a box before this one, so its output and errors are known

    def run(self) -> None:
        # Cells run again after every hang: together they get three times their time, and no more.
        cells_left = 3 * self.job.limits.cells_seconds
        given_up = False
        while not (self.loaded or given_up) or len(self.answers) < len(self.job.calls):
            one = Box(self.job, self.level, self.folder, self.left_out, self.definitions_only)
            try:
                started = time.monotonic()
                ending = self._load(one, min(self.job.limits.cells_seconds, cells_left))
                cells_left -= time.monotonic() - started
                if ending is None:
                    self._ask_all(one)
            finally:
                one.destroy()
                self._keep_output(one)
            self.loaded = self.loaded or ending is None
            if ending is not None and (cells_left <= 0 or self.restarts > 2 * _RESTARTS):
                self._give_up(ending)
                given_up = True

    def recording(self, order: list[int]) -> Recording:
        """The answers in the order the job was given, `order[i]` being the place of call `i` in it."""
        placed = sorted(self.answers, key=lambda number: order[number])
        errors = sorted((*self.stopped, *self.raised), key=lambda pair: (pair[0], pair[1].line))
        return Recording(
            level=self.level,
            answers=tuple(self.answers[number] for number in placed),
            cell_errors=tuple(error for _, error in errors),
            output=self.output.decode("utf-8", errors="replace"),
        )

    def _load(self, one: Box, seconds: float) -> Ending | None:
        """Run the cells; `None` once they have run, else how the box ended, which is noted."""
        limits = self.job.limits
        raised: list[tuple[int, CellError]] = []
        first = one.event(time.monotonic() + _SETUP_SECONDS)
        if not (isinstance(first, Report) and first.kind is Kind.READY):
            reason = first.text.decode(errors="replace") if isinstance(first, Report) else first
            raise BoxFailure(f"The box could not be shut at level {self.level}: {reason}.")
        cells_end = time.monotonic() + seconds
        deadline = min(cells_end, time.monotonic() + limits.cell_seconds)
        at: Report | None = None
        while True:
            event = one.event(deadline)
            if isinstance(event, Frame):
                continue
            if not isinstance(event, Report):
                self.restarts += 1
                self._note(at, event, "all cells together" if time.monotonic() >= cells_end else "it")
                return event
            if event.kind is Kind.LOADED:
                self.raised = raised
                return None
            if event.kind is Kind.AT and event.cell < len(self.job.cells):
                at = event
                deadline = min(cells_end, time.monotonic() + limits.cell_seconds)
            if event.kind is Kind.RAISED and event.cell < len(self.job.cells):
                error = self._cell_error(event, at)
                if at and _out_of_memory(error):  # what it holds is missing for everything after it
                    self.restarts += 1
                    self._note(at, "memory", "it")
                    return "memory"
                if len(raised) < _CELL_ERRORS:
                    raised.append((event.cell, error))

    @cached_property
    def _labels(self) -> frozenset[str]:
        return frozenset(cell.label for cell in self.job.cells)

    def _cell_error(self, event: Report, at: Report | None) -> CellError:
        frame = RawAnswer("", "", "recorded", event.text)
        error = answers.decode(frame, self.job.limits).error
        if error is None:
            error = answers.StudentError("Exception", "")
        cell = self.job.cells[event.cell]
        if error.label in self._labels:
            return CellError(error.label, error.line, error.type, error.message)
        return CellError(cell.label, at.line if at else 1, error.type, error.message)

    def _note(self, at: Report | None, ending: Ending, what: str) -> None:
        """Leave out the statement that ended a box; after too many, everything but definitions."""
        if self.restarts >= _RESTARTS or what != "it" or at is None:
            self.definitions_only = True
        if at is None:
            return
        self.left_out.add((at.cell, at.statement))
        limits = self.job.limits
        sentence = {
            "timeout": f"{what} took longer than "
            f"{limits.cell_seconds if what == 'it' else limits.cells_seconds:g} s",
            "memory": f"it used more than {limits.memory_mb} MB, or too many processes or files",
        }.get(ending, "it ended the process")
        label = self.job.cells[at.cell].label
        kind = "timeout" if ending == "timeout" else "died"
        self.stopped.append((at.cell, CellError(label, at.line, kind, sentence)))

    def _ask_all(self, one: Box) -> None:
        """Ask for all answers that are missing, until there are none or the box is used up."""
        calls = self.job.calls
        while len(self.answers) < len(calls):
            first = len(self.answers)
            group = calls[first].group
            last = next((n for n in range(first, len(calls)) if calls[n].group != group), len(calls))
            if self.hangs[calls[first].probe] >= _HANGS:
                for _ in range(first, last):
                    self._answer("timeout")
                continue
            one.ask(first, last, self.inputs[group])
            if not self._collect(one, last):
                return

    def _collect(self, one: Box, last: int) -> bool:
        """Take the answers of one fork; false where the box is of no more use."""
        asked, where = time.monotonic(), b""
        while len(self.answers) < last:
            event = one.event(asked + self.job.limits.probe_seconds)
            seconds = time.monotonic() - asked
            if isinstance(event, Frame):
                if event.number == len(self.answers):  # any other is a duplicate or a forgery
                    self._answer("recorded", event.data, seconds)
                    asked, where = time.monotonic(), b""
                elif event.number == runner.WHERE and len(event.data) < _LOCATION_BYTES:
                    where = event.data
            elif isinstance(event, Report):
                if event.kind is Kind.ENDED:
                    self._answer("died", seconds=seconds)
                    return True
            else:
                self.hangs[self.job.calls[last - 1].probe] += event == "timeout"
                self._answer(event, where if event == "timeout" else b"", seconds)
                return False
        return self._fork_has_ended(one)

    def _fork_has_ended(self, one: Box) -> bool:
        """Wait for the fork to go, so that the next one has the box for itself."""
        deadline = time.monotonic() + self.job.limits.probe_seconds
        while True:
            event = one.event(deadline)
            if isinstance(event, Report) and event.kind is Kind.ENDED:
                return True
            if not isinstance(event, (Report, Frame)):
                return False

    def _answer(self, outcome: Outcome, frame: bytes = b"", seconds: float = 0.0) -> None:
        self.taken += len(frame)
        if self.taken > _ALL_ANSWERS * self.job.limits.answer_mb << 20:
            outcome, frame = "too_large", b""
        number = len(self.answers)
        call = self.job.calls[number]
        self.answers[number] = RawAnswer(call.probe, call.case, outcome, frame, seconds)

    def _give_up(self, ending: Ending) -> None:
        while len(self.answers) < len(self.job.calls):
            self._answer(ending)

    def _keep_output(self, one: Box) -> None:
        """Of boxes that only ran the cells again, none; of all together, as much as is allowed."""
        if not self.loaded:
            self.output.clear()
            self.output += one.output


def watch(connection: socket.socket, level: Level, folder: Path) -> None:
    """Read a job from `connection`, run it, and send what came out."""
    if sys.platform == "linux":
        kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
    job, inputs = read_job(connection)
    calls = job.calls
    groups = list(dict.fromkeys(call.group for call in calls))
    order = sorted(range(len(calls)), key=lambda n: (calls[n].secret, groups.index(calls[n].group)))
    sorted_job = replace(job, calls=tuple(calls[number] for number in order))
    watch = _Watch(sorted_job, inputs, level, folder)
    try:
        watch.run()
    except BoxFailure as failure:
        write_recording(connection, str(failure))
    else:
        write_recording(connection, watch.recording(order))


def _fork_box(life: Callable[[], NoReturn], level: Level) -> int:
    """The pid of a new process that leads the `life` of a box, at level full the first of a PID namespace."""
    if level != "full":
        return os.fork() or life()
    told, tell = os.pipe()
    maker = os.fork()  # enters the namespaces, which the watcher itself could do only once
    if maker == 0:
        try:
            confine.enter_namespaces()
            pid = os.fork() or life()
            os.write(tell, b"%d" % pid)
        except OSError as error:
            os.write(tell, b"!" + str(error).encode())
        finally:
            os._exit(0)
    os.close(tell)
    os.waitpid(maker, 0)
    text = os.read(told, 1000).decode()
    os.close(told)
    if not text.isdecimal():
        raise BoxFailure(f"No namespaces for the box: {text[1:]}.")
    return int(text)  # its maker is gone, so it is a child of this process, the subreaper
