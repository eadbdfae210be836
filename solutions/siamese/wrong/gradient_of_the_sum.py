"""The gradient of the sum over the batch.
The loss is the mean: divide by the number of pairs."""

LOSES = {"1.1"}
CHANGES = {"different * push) / len(output1)": "different * push)"}
