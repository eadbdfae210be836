"""An epoch as good as the best counts as better. Only a smaller loss does."""

LOSES = {"6"}
CHANGES = {'if history["train_loss"][-1] < best': 'if history["train_loss"][-1] <= best'}
