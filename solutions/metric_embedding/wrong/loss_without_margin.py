"""The margin is missing: a negative that is hardly further away than the positive costs nothing.
Add 1 inside the max."""

LOSES = {"2a"}
CHANGES = {"to_negative + 1": "to_negative"}
