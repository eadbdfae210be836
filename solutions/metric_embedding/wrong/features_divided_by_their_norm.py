"""The features are divided by their norm, so that all lie on a sphere.
The mean of each map is all that is asked for."""

LOSES = {"2c"}
CHANGES = {"return x.mean(dim=(2, 3))": "return nn.functional.normalize(x.mean(dim=(2, 3)))"}
