"""The label is a coin's, whatever the pictures show. The coin says which kind of pair to draw."""

LOSES = {"3"}
CHANGES = {"torch.tensor([float(different)])": "torch.tensor([float(random.random() < 0.5)])"}
