"""The label is the other way round: 0 means the same class, and pulls."""

LOSES = {"2"}
CHANGES = {"different = label.view(-1)": "different = 1 - label.view(-1)"}
