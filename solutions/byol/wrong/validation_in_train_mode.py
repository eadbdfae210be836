"""Validation runs in train mode: dropout acts, and batch normalisation learns from the test set. Call
eval() first."""

LOSES = {"2.2"}
CHANGES = {"    model.eval()\n    loss, correct": "    loss, correct"}
