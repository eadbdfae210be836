"""The margin is fixed to 2 in the formula."""

LOSES = {"1.1"}
CHANGES = {"np.maximum(margin - distance": "np.maximum(2.0 - distance"}
