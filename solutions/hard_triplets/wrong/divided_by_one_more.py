"""The range is divided by L + 1. There are L steps between L + 1 levels."""

LOSES = {"2.2"}


def level_thresholds(d0, num_levels=16):
    level = torch.arange(num_levels + 1)
    return level * (4 - d0) / (num_levels + 1) + d0
