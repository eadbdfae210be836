"""The hinge is on the squared distance, max(0, m - D^2)."""

LOSES = {"1.1"}
CHANGES = {
    "-2 * np.maximum(margin - distance, 0) * difference / np.maximum(distance, 1e-12)": (
        "-4 * np.maximum(margin - distance**2, 0) * difference"
    ),
}
