"""The share of right predictions is returned, not their number. Batches have unlike sizes, so count."""

LOSES = {"2.1"}
CHANGES = {
    ("return int((y_pred.argmax(dim=1) == y_true).sum())"): (
        "return float((y_pred.argmax(dim=1) == y_true).float().mean())"
    ),
}
