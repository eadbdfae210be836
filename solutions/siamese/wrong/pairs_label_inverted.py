"""The label is the other way round: 0 is for one person."""

LOSES = {"3"}
CHANGES = {"torch.tensor([float(different)])": "torch.tensor([float(not different)])"}
