"""The distances are negative: logits, which the loss makes of them. A distance is positive."""

LOSES = {"3.1"}
CHANGES = {
    "torch.cdist(query, prototypes)": "-torch.cdist(query, prototypes)",
}
