"""The history holds the sum of an epoch's losses, which hangs on the number of batches. Take their mean."""

LOSES = {"6"}
CHANGES = {"sum(losses) / len(losses)": "sum(losses)"}
