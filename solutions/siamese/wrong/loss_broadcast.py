"""A distance of shape (B,) times a label of shape (B, 1) is (B, B): each distance meets each label.
Bring both to one shape."""

LOSES = {"2"}
CHANGES = {"different = label.view(-1)": "different = label"}
