"""Two mistakes at once. The label is the other way round: 0 means the same class, and pulls. And a
distance of shape (B,) times a label of shape (B, 1) is (B, B): bring both to one shape."""

LOSES = {"2"}
CHANGES = {"different = label.view(-1)": "different = 1 - label"}
