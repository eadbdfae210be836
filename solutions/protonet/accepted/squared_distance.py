"""The paper's squared Euclidean distance."""

AXES = {"distance": "squared"}
CHANGES = {"torch.cdist(query, prototypes)": "torch.cdist(query, prototypes).square()"}
