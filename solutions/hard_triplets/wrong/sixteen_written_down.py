"""16 is written down. Use `num_levels`."""

LOSES = {"2.2"}


def level_thresholds(d0, num_levels=16):
    level = torch.arange(num_levels + 1)
    return level * (4 - d0) / 16 + d0
