"""The steps are 4 / L, so the top level is 4 + d0. From d0 to 4 there is 4 - d0 to go."""

LOSES = {"2.2"}


def level_thresholds(d0, num_levels=16):
    level = torch.arange(num_levels + 1)
    return level * 4 / num_levels + d0
