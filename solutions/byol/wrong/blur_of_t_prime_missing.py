"""t' never blurs. It does in one view in ten."""

LOSES = {"3.2"}
CHANGES = {"augmentation(blur=0.1, solarise=0.2)": "augmentation(blur=0.0, solarise=0.2)"}
