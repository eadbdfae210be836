"""Holds the clock over one submission: starts its boxes, asks the questions, labels the answers.

Trusted, one process a submission; runs no student code and treats every byte from a box as hostile.
"""

import socket
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from autograder.sandbox import CellError, Job, Level, Outcome, RawAnswer, Recording, answers, runner
from autograder.sandbox.boxes import Box, BoxFailure, Ending, Frame
from autograder.sandbox.reports import Kind, Report
from autograder.sandbox.wire import read_job, write_recording

if sys.platform == "linux":
    from autograder.sandbox import kernel
    from autograder.sandbox.nursery import Nursery

_RESTARTS = 8  # boxes for cells that hang or end the process; after these only definitions run
_HANGS = 2  # of one probe; its other cases are not waited for
_SETUP_SECONDS = 30
_CELL_ERRORS, _CELL_CHARS = 20, 200  # what a student reads of cells, and no room for a letter
_LOCATION_BYTES = 4096
_ALL_ANSWERS = 8  # times the largest answer: all of a submission together; an honest one's take less than one


def _outcome(ending: Ending) -> Outcome:
    return "timeout" if ending == "starved" else ending


def _out_of_memory(error: CellError) -> bool:
    return error.type == "MemoryError" or "can't allocate memory" in error.message  # older torch


@dataclass
class _Watch:
    """The progress of one job over as many boxes as it takes."""

    job: Job  # its calls in the order of their groups, without their inputs
    inputs: Mapping[tuple[str, str], int]  # for each group the file with its cases
    level: Level
    folder: Path
    nursery: "Nursery | None"
    answers: dict[int, RawAnswer] = field(default_factory=dict)
    left_out: set[tuple[int, int]] = field(default_factory=set)
    stopped: list[tuple[int, CellError]] = field(default_factory=list)
    raised: list[tuple[int, CellError]] = field(default_factory=list)
    hangs: Counter[str] = field(default_factory=Counter)
    output: bytearray = field(default_factory=bytearray)
    definitions_only: bool = False
    restarts: int = 0
    taken: int = 0  # bytes of answers
    loaded: bool = False  # by a box before this one, so its output is known
    secret: bool = False  # a secret case was asked: what cells say from now on, no student reads
    busy: bool = False

    def run(self) -> None:
        # Cells run again after every hang: together they get three times their time, and no more.
        cells_left = 3 * self.job.limits.cells_seconds
        given_up = False
        while not (self.loaded or given_up) or len(self.answers) < len(self.job.calls):
            one = Box(self.nursery, self.job, self.level, self.folder, self.left_out, self.definitions_only)
            try:
                ending = self._load(one, min(self.job.limits.cells_seconds, cells_left))
                cells_left -= one.clock.own
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
            busy=self.busy,
        )

    def _load(self, one: Box, seconds: float) -> Ending | None:
        """Run the cells; `None` once they have run, else how the box ended, which is noted."""
        limits = self.job.limits
        raised: list[tuple[int, CellError]] = []
        first = one.event(one.within(_SETUP_SECONDS))
        if not (isinstance(first, Report) and first.kind is Kind.READY):
            reason = first.text.decode(errors="replace") if isinstance(first, Report) else first
            raise BoxFailure(f"The box could not be shut at level {self.level}: {reason}.")
        cells_end = one.within(seconds)
        deadline = one.within(limits.cell_seconds).or_before(cells_end)
        at: Report | None = None
        while True:
            event = one.event(deadline)
            if isinstance(event, Frame):
                continue
            if not isinstance(event, Report):
                self.restarts += 1
                self._note(at, event, "all cells together" if deadline.own == cells_end.own else "it")
                return event
            if event.kind is Kind.LOADED:
                if not self.secret:
                    self.raised = raised
                return None
            if event.kind is Kind.AT and event.cell < len(self.job.cells):
                at = event
                deadline = one.within(limits.cell_seconds).or_before(cells_end)
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
        message = error.message[:_CELL_CHARS]
        if error.label in self._labels:
            return CellError(error.label, error.line, error.type, message)
        return CellError(cell.label, at.line if at else 1, error.type, message)

    def _note(self, at: Report | None, ending: Ending, what: str) -> None:
        """Leave out the statement that ended a box; after too many, everything but definitions."""
        if self.restarts >= _RESTARTS or what != "it" or at is None:
            self.definitions_only = True
        self.busy |= ending == "starved"
        if at is None:
            return
        self.left_out.add((at.cell, at.statement))
        if self.secret:
            return
        limits = self.job.limits
        sentence = {
            "timeout": f"{what} took longer than "
            f"{limits.cell_seconds if what == 'it' else limits.cells_seconds:g} s",
            "starved": f"{what} did not end in time while the machine was busy",
            "memory": f"it used more than {limits.memory_mb} MB, or too many processes or files",
        }.get(ending, "it ended the process")
        label = self.job.cells[at.cell].label
        kind = "timeout" if _outcome(ending) == "timeout" else "died"
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
            self.secret |= calls[first].secret
            one.ask(first, last, self.inputs[group])
            if not self._collect(one, last):
                return

    def _collect(self, one: Box, last: int) -> bool:
        """Take the answers of one fork; false where the box is of no more use."""
        limit, where = self.job.limits.probe_seconds, b""
        deadline = one.within(limit)
        while len(self.answers) < last:
            event = one.event(deadline)
            seconds = one.clock.own - (deadline.own - limit)
            if isinstance(event, Frame):
                if event.number == len(self.answers):  # any other is a duplicate or a forgery
                    self._answer("recorded", event.data, seconds)
                    deadline, where = one.within(limit), b""
                elif event.number == runner.WHERE and len(event.data) < _LOCATION_BYTES:
                    where = event.data
            elif isinstance(event, Report):
                if event.kind is Kind.ENDED:
                    self._answer("died", seconds=seconds)
                    return True
            else:
                outcome = _outcome(event)
                self.busy |= event == "starved"
                self.hangs[self.job.calls[last - 1].probe] += outcome == "timeout"
                self._answer(outcome, where if outcome == "timeout" else b"", seconds)
                return False
        return self._fork_has_ended(one)

    def _fork_has_ended(self, one: Box) -> bool:
        """Wait for the fork to go, so that the next one has the box for itself."""
        deadline = one.within(self.job.limits.probe_seconds)
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
            self._answer(_outcome(ending))

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
    nursery = None
    if sys.platform == "linux":
        nursery = Nursery(sorted_job, level, foreign=(connection.fileno(), *inputs.values()))
    watch = _Watch(sorted_job, inputs, level, folder, nursery)
    try:
        watch.run()
    except BoxFailure as failure:
        write_recording(connection, str(failure))
    else:
        write_recording(connection, watch.recording(order))
