"""The cosine is not halved, so tau starts below the base."""

LOSES = {"5.5"}


def tau_at(step, total_steps, base=0.996):
    return 1 - (1 - base) * (math.cos(math.pi * step / total_steps) + 1)
