"""A factor of 1/2, as some papers have it; the formula here has none."""

LOSES = {"2"}
CHANGES = {"min=0) ** 2).mean()": "min=0) ** 2).mean() / 2"}
