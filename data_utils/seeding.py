"""What makes a run repeatable."""

import random
from collections.abc import Sequence

import numpy as np
import torch


def seed_everything(seed: int = 42) -> None:
    """Seed Python's, NumPy's and torch's generators with the same number."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def drawn(seed: int, shape: Sequence[int]) -> torch.Tensor:
    """Normally distributed numbers, the same in every process: a seed in place of what would fill a case.

    Those of a kernel (more than one axis) keep the size of what goes through it.
    """
    values = torch.randn(tuple(shape), generator=torch.Generator().manual_seed(seed))
    return values / max(1, values[0].numel()) ** 0.5 if values.dim() > 1 else values
