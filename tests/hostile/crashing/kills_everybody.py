"""Sends SIGKILL to all processes that it may signal."""

import os
import signal

os.kill(-1, signal.SIGKILL)
