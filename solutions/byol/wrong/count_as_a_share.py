"""The share of right predictions is returned, not their number. Batches have unlike sizes, so count."""

LOSES = {"2.1"}


def count_correct(y_pred, y_true):
    return (y_pred.argmax(dim=1) == y_true).float().mean().item()
