"""The top level is 2, the largest distance on the sphere. In squared distances it is 4."""

LOSES = {"2.2"}


def level_thresholds(d0, num_levels=16):
    level = torch.arange(num_levels + 1)
    return level * (2 - d0) / num_levels + d0
