"""The hinge of pairs of two classes is not squared."""

LOSES = {"2"}
CHANGES = {"min=0) ** 2).mean()": "min=0)).mean()"}
