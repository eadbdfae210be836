"""Stops itself with SIGSTOP, which no one catches: a hang, not an end."""

import os
import signal

os.kill(os.getpid(), signal.SIGSTOP)
