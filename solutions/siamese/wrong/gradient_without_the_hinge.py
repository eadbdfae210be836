"""Pairs of two classes beyond the margin are pulled back: the max with 0 is missing."""

LOSES = {"1.1"}
CHANGES = {"np.maximum(margin - distance, 0)": "(margin - distance)"}
