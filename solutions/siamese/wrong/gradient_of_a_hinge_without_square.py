"""The gradient of max(0, m - D), whose square is the loss."""

LOSES = {"1.1"}
CHANGES = {"-2 * np.maximum(margin - distance, 0) *": "-1.0 * (distance < margin) *"}
