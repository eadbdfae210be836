"""The second distance is from the negative to the positive.
Both distances start at the anchor."""

LOSES = {"2a"}
CHANGES = {"pairwise_distance(a, n)": "pairwise_distance(p, n)"}
