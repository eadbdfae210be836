"""What a box has used of its time, and what it may use. Runs in the watcher; reads /proc.

Time is the box's own: what its processes compute, and what they wait of their own will. Where others compute
on the machine it goes on more slowly, and loses nothing by it. By the clock on the wall it may take many
times as long, so that what escapes the count ends, too.
"""

import math
import os
import sys
import time
from contextlib import suppress
from dataclasses import dataclass

from autograder.sandbox import usage

POLL_SECONDS = 0.02
WALL = 20  # seconds on the wall for each of its own: a twentieth of a processor is enough for an honest box
_NICEST = 19
_STEP = 1.25  # what the kernel divides a process's share by for each step of niceness


@dataclass(frozen=True)
class Deadline:
    """In the box's own seconds, and in monotonic ones on the wall."""

    own: float
    wall: float

    def or_before(self, other: "Deadline") -> "Deadline":
        return Deadline(min(self.own, other.own), min(self.wall, other.wall))


class Clock:
    """The own time of a box's processes, by a look every now and then."""

    def __init__(self) -> None:
        self.own = 0.0
        self._computed = 0.0
        self._looked = time.monotonic()

    def after(self, seconds: float) -> Deadline:
        return Deadline(self.own + seconds, time.monotonic() + WALL * seconds)

    def note(self, seen: usage.Look) -> None:
        """Take note of what the box's processes have computed since the last look.

        Where none of them wants a processor they wait, for a sleep, a lock or each other, and that counts;
        but not for long between two looks that lie far apart, since the watcher had no processor itself.
        """
        now = time.monotonic()
        elapsed, self._looked = now - self._looked, now
        if sys.platform != "linux":
            self.own += elapsed
            return
        waited = 0.0 if seen.wanting else min(elapsed, 2 * POLL_SECONDS)
        self.own += max(seen.cpu_seconds - self._computed, waited)
        self._computed = max(seen.cpu_seconds, self._computed)
        _share_fairly(seen.wanting)


def _share_fairly(threads: list[int]) -> None:
    """Let the threads of one box that compute at the same time have no more of a processor than one would."""
    nice = min(_NICEST, math.ceil(math.log(max(1, len(threads)), _STEP)))
    for thread in threads:
        with suppress(OSError):  # it has just ended
            if os.getpriority(os.PRIO_PROCESS, thread) < nice:
                os.setpriority(os.PRIO_PROCESS, thread, nice)
