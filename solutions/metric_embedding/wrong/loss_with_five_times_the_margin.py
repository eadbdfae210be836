"""The margin is 5.
Here it is 1."""

LOSES = {"2a"}
CHANGES = {"to_negative + 1": "to_negative + 5"}
