"""Crops have a fifth of the area at least. They go down to 8 %."""

LOSES = {"3.1", "3.2"}
CHANGES = {"scale=(0.08, 1)": "scale=(0.2, 1)"}
