"""The max with 0 is missing: pairs of two classes that are far apart are pulled back to the margin."""

LOSES = {"2"}
CHANGES = {"torch.clamp(self.margin - distance, min=0) ** 2": "(self.margin - distance) ** 2"}
