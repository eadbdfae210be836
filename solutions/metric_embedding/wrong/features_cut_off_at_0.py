"""The features go through another ReLU, so that no number is below 0: half of the space stays empty.
The mean of each map is all that is asked for."""

LOSES = {"2c"}
CHANGES = {"return x.mean(dim=(2, 3))": "return x.mean(dim=(2, 3)).relu()"}
