"""Weights that a student trained and handed in beside the notebook."""

import os
from typing import Any

import torch


def read_weights(path: str | os.PathLike[str]) -> Any:
    """What `torch.save` wrote into `path`, tensors only, on the CPU.

    Raises:
        FileNotFoundError: the file was not handed in; says how to.
        pickle.UnpicklingError: it holds other objects than tensors, numbers and texts.
    """
    if not os.path.exists(path):
        raise FileNotFoundError(
            f"{os.path.basename(path)} was not handed in. "
            "Hand in the zip that the last cell of the notebook makes: it holds your weights."
        )
    return torch.load(path, map_location="cpu", weights_only=True)
