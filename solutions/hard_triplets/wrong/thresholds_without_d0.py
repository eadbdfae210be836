"""d0 is not added: the thresholds start at 0. Level 0 has d0."""

LOSES = {"2.2"}


def level_thresholds(d0, num_levels=16):
    level = torch.arange(num_levels + 1)
    return level * (4 - d0) / num_levels
