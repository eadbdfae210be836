"""The loss is one number a query.
An episode has one loss: what is to be done with the queries' numbers?"""

LOSES = {"3.2"}
CHANGES = {
    "return -log_p.gather(1, target[:, None]).mean()": "return -log_p.gather(1, target[:, None])",
}
