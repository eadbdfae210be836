"""What can be recorded of a value that may be anything."""

import numpy as np
import torch


def plain(value):
    """Numbers as an array or tensor; of anything else the name of its type."""
    if torch.is_tensor(value):
        return value.detach()
    try:
        array = np.asarray(value)
    except (TypeError, ValueError, RuntimeError):  # rows of different lengths, tensors with a gradient
        return type(value).__name__
    return array if array.dtype.kind in "biuf" else type(value).__name__


def parts_of(value):
    """What would be unpacked from a value, as a list; the value alone where nothing would."""
    return list(value) if isinstance(value, tuple | list | np.ndarray | torch.Tensor) else [value]
