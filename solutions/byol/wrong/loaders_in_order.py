"""Training pictures come in the same order in every epoch. Shuffle `train` and `unlabeled`."""

LOSES = {"1"}
CHANGES = {'shuffle=split != "test", num_workers': "num_workers"}
