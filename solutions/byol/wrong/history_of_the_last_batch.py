"""The history holds the loss of the last batch. It is the mean over the epoch's batches."""

LOSES = {"6"}
CHANGES = {"sum(losses) / len(losses)": "losses[-1]"}
