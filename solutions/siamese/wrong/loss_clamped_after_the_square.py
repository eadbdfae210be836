"""Squared first and clamped then: a square is never below 0, so the clamp does nothing."""

LOSES = {"2"}
CHANGES = {
    "torch.clamp(self.margin - distance, min=0) ** 2": "torch.clamp((self.margin - distance) ** 2, min=0)",
}
