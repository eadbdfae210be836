"""Makes the given encoder raise. Only the task that looks through it is lost."""

LOST = {"3.1": "partial"}
POINTS = 7.5

import encoder


def broken(self, images):
    raise RuntimeError("broken")


encoder.OmniGlotEncoder.forward = broken
