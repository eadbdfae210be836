"""There are L thresholds. Levels 0 to L are L + 1."""

LOSES = {"2.2"}


def level_thresholds(d0, num_levels=16):
    return torch.arange(num_levels) * (4 - d0) / num_levels + d0
