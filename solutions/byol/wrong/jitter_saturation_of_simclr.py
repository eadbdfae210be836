"""The jitter's saturation is 0.4, as in SimCLR. BYOL's is 0.2."""

LOSES = {"3.1", "3.2"}
CHANGES = {"ColorJitter(0.4, 0.4, 0.2, 0.1)": "ColorJitter(0.4, 0.4, 0.4, 0.1)"}
