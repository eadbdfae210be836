"""The margin is fixed in the formula: use self.margin."""

LOSES = {"2"}
CHANGES = {"torch.clamp(self.margin - distance": "torch.clamp(2.0 - distance"}
