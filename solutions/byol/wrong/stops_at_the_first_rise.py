"""Training stops at the first epoch that is no better. Wait for `patience` epochs."""

LOSES = {"6"}
CHANGES = {"if waited == patience": "if waited"}
