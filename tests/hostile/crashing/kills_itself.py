"""Kills its own process in a cell."""

import os
import signal

os.kill(os.getpid(), signal.SIGKILL)
