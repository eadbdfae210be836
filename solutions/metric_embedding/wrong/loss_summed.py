"""The losses of the batch are added up.
The loss is their mean, whatever the size of the batch."""

LOSES = {"2a"}
CHANGES = {"+ 1).mean()": "+ 1).sum()"}
