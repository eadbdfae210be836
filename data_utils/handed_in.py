"""Weights that a student trained and handed in beside the notebook."""

import os
from typing import Any

import torch


def read_weights(path: str | os.PathLike[str]) -> Any:
    """What `torch.save` wrote into `path`, tensors only, on the CPU.

    Raises:
        FileNotFoundError: it is not there; says where it comes from.
        pickle.UnpicklingError: it holds other objects than tensors, numbers and texts.
    """
    if not os.path.exists(path):
        raise FileNotFoundError(
            f"{os.path.basename(path)} is not beside the notebook: "
            "run the training and the cell that saves it. The last cell packs both to be handed in."
        )
    return torch.load(path, map_location="cpu", weights_only=True)
