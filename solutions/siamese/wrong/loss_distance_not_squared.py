"""The distance of pairs of one class is not squared."""

LOSES = {"2"}
CHANGES = {"(1 - different) * distance**2": "(1 - different) * distance"}
