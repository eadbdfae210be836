"""The sum over the batch in the place of the mean."""

LOSES = {"2"}
CHANGES = {"min=0) ** 2).mean()": "min=0) ** 2).sum()"}
