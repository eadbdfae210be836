"""Swallows everything that is written, the reports of its own box too: it is stopped, and starts again without."""

BASE = "stub"

import os

os.write = lambda number, data: len(data)
