"""Training runs in the mode in which the model came. Call model.train() first."""

LOSES = {"6"}
CHANGES = {"    model.train()\n    best, waited": "    best, waited"}
