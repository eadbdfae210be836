"""The distances are swapped, so training pushes positives away and pulls negatives in.
It is d(a, p) - d(a, n)."""

LOSES = {"2a"}
CHANGES = {"to_positive - to_negative + 1": "to_negative - to_positive + 1"}
