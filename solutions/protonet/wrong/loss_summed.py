"""The loss is the sum over the queries.
As a mean it stays comparable between episodes of different sizes."""

LOSES = {"3.2"}
CHANGES = {
    "return -log_p.gather(1, target[:, None]).mean()": "return -log_p.gather(1, target[:, None]).sum()",
}
