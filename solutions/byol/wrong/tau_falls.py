"""tau falls from 1 to the base. It rises from the base to 1."""

LOSES = {"5.5"}


def tau_at(step, total_steps, base=0.996):
    return 1 - (1 - base) * (1 - math.cos(math.pi * step / total_steps)) / 2
