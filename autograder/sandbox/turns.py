"""Jobs beside each other, or one alone. Trusted side."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """Any number of threads are in `beside` at a time, or one is in `alone`; who wants that goes first."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._running = 0
        self._waiting = 0  # for a turn alone

    @contextmanager
    def beside(self) -> Iterator[None]:
        with self._changed:
            self._changed.wait_for(lambda: not self._waiting)
            self._running += 1
        yield from self._until_done()

    @contextmanager
    def alone(self) -> Iterator[None]:
        with self._changed:
            self._waiting += 1
            self._changed.wait_for(lambda: not self._running)
            self._running += 1
        yield from self._until_done(waiting=1)

    def _until_done(self, waiting: int = 0) -> Iterator[None]:
        try:
            yield
        finally:
            with self._changed:
                self._running -= 1
                self._waiting -= waiting
                self._changed.notify_all()
