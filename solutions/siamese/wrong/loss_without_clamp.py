"""The max with 0 is missing, or it comes after the square, which is never below 0: pairs of two classes that
are far apart are pulled back to the margin."""

LOSES = {"2"}
CHANGES = {"torch.clamp(self.margin - distance, min=0) ** 2": "(self.margin - distance) ** 2"}
