"""The loss is the sum over the batch. It is the mean over its images, whatever their number."""

LOSES = {"5.3"}
CHANGES = {"return (first + second).mean()": "return (first + second).sum()"}
