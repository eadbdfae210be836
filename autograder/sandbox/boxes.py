"""One box as its watcher sees it. Trusted: treats every byte from inside as hostile."""

import os
import select
import signal
import socket
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from autograder.sandbox import Job, Level, box, confine, runner, scratch, usage
from autograder.sandbox.clock import POLL_SECONDS, Clock, Deadline
from autograder.sandbox.reports import Kind, Report, take

if sys.platform == "linux":
    from autograder.sandbox.nursery import Nursery

_SCRATCH_POLL_SECONDS = 0.2  # of a folder that is no file system of its own, with a size
_PROCESSES = 8  # above that a box takes what others need
_ENDED = 64  # children that nobody waits for: what each of them computed is too little to be counted

# `starved`: out of time on the wall, while it had used little of its own
Ending = Literal["timeout", "starved", "died", "memory", "too_large"]


class BoxFailure(Exception):
    """A box could not be made or shut: our fault. The message says why."""


@dataclass(frozen=True)
class Frame:
    number: int
    data: bytes


class Box:
    """One box, from its making to its end.

    Args:
        nursery: where it comes from; `None` where the system has no way to adopt what others forked.
        left_out: the (cell, statement) that it is not to run; where `definitions`, only these run.
    """

    def __init__(
        self,
        nursery: "Nursery | None",
        job: Job,
        level: Level,
        folder: Path,
        left_out: set[tuple[int, int]],
        definitions: bool,
    ) -> None:
        self._scratch = Path(tempfile.mkdtemp(dir=folder))
        self._limits = job.limits
        self._level = level
        self._memory_base_kb = usage.own_kb(os.getpid())
        self._nursery = nursery.pid if nursery else 0
        self._control, control = socket.socketpair()
        self._reports, reports = os.pipe()
        self._outputs, output = os.pipe()
        self._answers: int | None = None
        ends = box.Ends(control, reports, output)
        try:
            if nursery:
                self._pid = nursery.new_box(self._scratch, left_out, definitions, ends)
            else:
                self._pid = self._forked(job, left_out, definitions, ends)
        except OSError as error:
            raise BoxFailure(f"No box could be made at level {level}: {error}.") from error
        finally:
            control.close()
            os.close(reports)
            os.close(output)
        for pipe in (self._reports, self._outputs):
            os.set_blocking(pipe, False)
        self._report_bytes, self._frame_bytes = bytearray(), bytearray()
        self.output = bytearray()
        self._dead = self._ended = self._too_much = False
        self.clock = Clock()
        self._next_poll = self._next_scratch_poll = 0.0
        self._control.send(b"g")

    def _forked(self, job: Job, left_out: set[tuple[int, int]], definitions: bool, ends: box.Ends) -> int:
        if (pid := os.fork()) == 0:
            self._control.close()  # else this copy would keep the box waiting for a watcher that is gone
            data_bytes = (usage.data_kb() << 10) + (job.limits.memory_mb << 20)
            plan = confine.Plan(self._level, job.public_dir, self._scratch, data_bytes, job.limits.scratch_mb)
            box.run(job, plan, left_out, definitions, ends)
        return pid

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

    def within(self, seconds: float) -> Deadline:
        """The end of so many seconds of the box's own, from now."""
        if time.monotonic() >= self._next_poll:
            self._poll()
        return self.clock.after(seconds)

    def event(self, deadline: Deadline) -> Report | Frame | Ending:
        """What happens next, at the latest at `deadline`."""
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
            if time.monotonic() >= self._next_poll and self._poll():
                continue
            if self._too_much:
                return "memory"
            if self.clock.own >= deadline.own:
                return "timeout"
            if time.monotonic() >= deadline.wall:
                return "starved"
            self._wait(POLL_SECONDS)

    def destroy(self) -> None:
        """End the box and all its processes, wait until they are gone, and remove its scratch folder."""
        if not self._dead:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._pid, signal.SIGKILL)
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)  # of a PID namespace's first process: after all the others
        usage.end_orphans(but=self._nursery)  # where no PID namespace did it
        self._drain_output()
        self._close_answers()
        self._control.close()
        os.close(self._reports)
        os.close(self._outputs)
        scratch.remove(self._scratch)

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
        if not self._take_in():
            self._dead = self._dead or os.waitpid(self._pid, os.WNOHANG)[0] != 0
            while self._dead and self._take_in():  # what it said before it died still counts
                pass

    def _take_in(self) -> bool:
        """Read what the box has said; false where that is nothing."""
        reports = self._read(self._reports, self._report_bytes)
        return self._read(self._answers, self._frame_bytes) or reports

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

    def _poll(self) -> bool:
        """Look at the time used, and whether the box uses too much of anything else; whether it said more.

        What it said before that look tells what it was at: it counts first.
        """
        seen = usage.look(os.getpid(), but=self._nursery)
        self.clock.note(seen)
        self._next_poll = time.monotonic() + POLL_SECONDS
        too_many = seen.living > _PROCESSES or len(seen.pids) > _ENDED
        self._too_much |= too_many or self._holds_too_much(seen.pids)
        return self._take_in()

    def _holds_too_much(self, pids: list[int]) -> bool:
        limits, now = self._limits, time.monotonic()
        if self._level in ("landlock", "setuid") and now >= self._next_scratch_poll:
            # One file may have it all.
            if scratch.used_kb(self._scratch, pids) > 2 * limits.scratch_mb << 10:
                return True
            self._next_scratch_poll = time.monotonic() + _SCRATCH_POLL_SECONDS
        return usage.more_than(limits.memory_mb << 10, pids, self._memory_base_kb)

    def _close_answers(self) -> None:
        if self._answers is not None:
            os.close(self._answers)
            self._answers = None
