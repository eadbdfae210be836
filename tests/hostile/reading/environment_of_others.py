"""Reads the environment of every process that /proc shows."""

BASE = "stub"

import glob

for path in glob.glob("/proc/[0-9]*/environ"):
    try:
        with open(path, "rb") as file:
            if b"COURSE_SECRET" in file.read():
                print("LEAK", path)
    except OSError:
        pass
