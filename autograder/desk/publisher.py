"""Keeps `grades.csv` and the reports up with the gradebook while somebody grades. Trusted side.

A key press does not wait for it: what was given is in the gradebook, and this reads it from there.
"""

import logging
import threading
from collections.abc import Callable

_log = logging.getLogger(__name__)
_QUIET_SECONDS = 2.0


class Publisher:
    """Calls `soon` after each change, and `later` when nothing more changes; in a thread of its own."""

    def __init__(
        self, soon: Callable[[], object], later: Callable[[], object], quiet: float = _QUIET_SECONDS
    ) -> None:
        self._soon = soon
        self._later = later
        self._quiet = quiet
        self._wanted = threading.Event()
        self._ended = False
        self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)
        self._thread.start()

    def changed(self) -> None:
        """Something changed."""
        self._wanted.set()

    def close(self) -> None:
        """Publish what is still to be published, and end."""
        self._ended = True
        self._wanted.set()
        self._thread.join()

    def _run(self) -> None:
        ended = False
        while not ended:
            self._wanted.wait()
            self._wanted.clear()
            ended = self._ended  # read before: what was changed before the end is published after it
            self._call(self._soon)
            if ended or not self._wanted.wait(self._quiet):
                self._call(self._later)

    def _call(self, publish: Callable[[], object]) -> None:
        try:
            publish()
        except Exception:  # a full disk, say: the gradebook has everything, and `report` writes it again
            _log.exception("grades.csv and the report could not be written; the gradebook is complete.")
