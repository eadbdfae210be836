"""`flatten()` makes one row of the whole batch.
Keep the first axis: `flatten(start_dim=1)`."""

LOSES = {"3c"}
CHANGES = {"img.flatten(start_dim=1)": "img.flatten()"}
