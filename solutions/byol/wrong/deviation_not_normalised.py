"""The deviation is that of the projections as they are. Normalise each first: lengths say nothing."""

LOSES = {"6"}
CHANGES = {"F.normalize(z.detach(), dim=1).std": "z.detach().std"}
