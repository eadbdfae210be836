"""The hinge is max(0, m - D^2): the margin is one of distances, not of their squares."""

LOSES = {"2"}
CHANGES = {"self.margin - distance, min=0": "self.margin - distance**2, min=0"}
