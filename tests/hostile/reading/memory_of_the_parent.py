"""Opens the memory of its parent and of process 1."""

BASE = "stub"

import os

for pid in {os.getppid(), 1} - {os.getpid()}:
    try:
        with open(f"/proc/{pid}/mem", "rb"):
            print("LEAK", pid)
    except OSError:
        pass
