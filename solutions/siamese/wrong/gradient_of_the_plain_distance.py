"""Pairs of one class: the gradient of D, while the loss is its square."""

LOSES = {"1.1"}
CHANGES = {"pull = 2 * difference": "pull = difference / np.maximum(distance, 1e-12)"}
