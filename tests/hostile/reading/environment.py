"""Prints what the environment of the grading command holds. The box has one of its own."""

BASE = "stub"

import os

for name, value in os.environ.items():
    if "SECRET" in name or "COURSE" in name or "hostile-class" in value:
        print("LEAK", name, value)
