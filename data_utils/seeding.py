"""One call that makes a run repeatable."""

import random

import numpy as np
import torch


def seed_everything(seed: int = 42) -> None:
    """Seed Python's, NumPy's and torch's generators with the same number."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
