"""Training runs in whichever mode the model came. Call model.train() first."""

LOSES = {"2.3"}
CHANGES = {"        model.train()\n        total": "        total"}
