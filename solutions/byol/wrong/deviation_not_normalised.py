"""The deviation is that of the projections as they are. Normalise each first: lengths say nothing."""

LOSES = {"6"}


def projection_deviation(z):
    return z.std(dim=0).mean().item()
