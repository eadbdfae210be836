"""The margin is 0.2, as in FaceNet.
Here it is 1."""

LOSES = {"2a"}
CHANGES = {"to_negative + 1": "to_negative + 0.2"}
