"""The labels are the other way round: here 0 means the same class."""

LOSES = {"1.1"}
CHANGES = {"different = label.reshape(-1, 1)": "different = 1 - label.reshape(-1, 1)"}
