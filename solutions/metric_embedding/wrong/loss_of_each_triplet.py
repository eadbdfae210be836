"""The loss has a number for each triplet.
One number comes out: their mean."""

LOSES = {"2a"}
CHANGES = {"+ 1).mean()": "+ 1)"}
