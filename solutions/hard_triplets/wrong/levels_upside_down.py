"""The thresholds fall from 4 to d0. Level 0 has d0, the top level 4."""

LOSES = {"2.2"}


def level_thresholds(d0, num_levels=16):
    level = torch.arange(num_levels + 1)
    return (num_levels - level) * (4 - d0) / num_levels + d0
