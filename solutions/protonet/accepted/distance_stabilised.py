"""A millionth under the root, so that the distance has a gradient where it is zero."""

CHANGES = {
    "torch.cdist(query, prototypes)": ("((query[:, None] - prototypes).square().sum(dim=2) + 1e-6).sqrt()"),
}
