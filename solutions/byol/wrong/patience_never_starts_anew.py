"""Bad epochs are counted over the whole training. A better one sets the count to 0."""

LOSES = {"6"}
CHANGES = {'best, waited = history["train_loss"][-1], 0': 'best = history["train_loss"][-1]'}
