"""The inner derivative is missing: (o1 - o2) / D has length one, o1 - o2 has not."""

LOSES = {"1.1"}
CHANGES = {" * difference / np.maximum(distance, 1e-12)": " * difference"}
