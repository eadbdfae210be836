"""The model stays in eval mode after validation, so the next epoch trains in it. Set the earlier mode
again."""

LOSES = {"2.2"}
CHANGES = {"    model.train(training)\n": ""}
