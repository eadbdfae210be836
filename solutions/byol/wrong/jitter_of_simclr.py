"""The jitter is SimCLR's, twice as strong and more. BYOL's is 0.4, 0.4, 0.2, 0.1."""

LOSES = {"3.1", "3.2"}
CHANGES = {"ColorJitter(0.4, 0.4, 0.2, 0.1)": "ColorJitter(0.8, 0.8, 0.8, 0.2)"}
