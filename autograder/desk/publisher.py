"""Keeps `grades.csv` and the reports up with the gradebook while somebody grades. Trusted side.

A key press does not wait for it: what was given is in the gradebook, and this reads it from there.
"""

import logging
import threading
from collections.abc import Callable

_log = logging.getLogger(__name__)


class Publisher:
    """Calls `publish` in a thread of its own, as often as something changed and never twice at a time."""

    def __init__(self, publish: Callable[[], object]) -> None:
        self._publish = publish
        self._wanted = threading.Event()
        self._ended = False
        self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)
        self._thread.start()

    def changed(self) -> None:
        """Something changed: publish soon."""
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
            try:
                self._publish()
            except Exception:  # a full disk, say: the gradebook has everything, and `report` writes it again
                _log.exception("grades.csv and the report could not be written; the gradebook is complete.")
