"""The label is a plain number or a whole one: a float tensor of shape (1,) is needed."""

LOSES = {"3"}
CHANGES = {"torch.tensor([float(different)])": "int(different)"}
