"""Trying a part of the student's that may never come back. Runs inside the sandbox.

A probe that has a stand-in for an earlier part of the student's tries that part first. What hangs there is
broken off in time for the stand-in.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SECONDS = 5.0  # of a processor: half of what a probe may take, and ten times what the labs' own parts take


class TookTooLong(TimeoutError):
    """A part was broken off."""

    def __init__(self) -> None:
        super().__init__(f"nothing came back within {SECONDS:g} seconds of computing")


@contextmanager
def not_for_long(seconds: float = SECONDS) -> Iterator[None]:
    """Break off what takes longer, in time of the processor, so that a busy machine breaks off nothing.

    Raises:
        TookTooLong: again each second, for code that catches whatever comes.
    """

    def broken_off(number: int, frame: FrameType | None) -> None:
        raise TookTooLong

    before = signal.signal(signal.SIGVTALRM, broken_off)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
