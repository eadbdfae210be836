"""The levels are counted from 1. Level 0 comes first, with d0."""

LOSES = {"2.2"}


def level_thresholds(d0, num_levels=16):
    level = torch.arange(num_levels + 1)
    return (level + 1) * (4 - d0) / num_levels + d0
