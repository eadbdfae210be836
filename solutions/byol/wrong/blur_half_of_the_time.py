"""t blurs every other view. It always does."""

LOSES = {"3.1"}
CHANGES = {"augmentation(blur=1.0, solarise=0.0)": "augmentation(blur=0.5, solarise=0.0)"}
