"""Task 5.1: the weights that were handed in. They are measured elsewhere, on other pictures."""

import torch

from data_utils.handed_in import read_weights
from data_utils.patience import not_for_long

from .observing import plain

WEIGHTS = "siamese.pth"
_ROOM = 1_000_000  # numbers: the network of the table has 898,660


def weights(ns, case):
    """The tensors of the file with their names, and what your network makes of some pictures with them.

    Half precision is enough to measure them, and no answer has that type: its bits travel as whole numbers.
    """
    state = read_weights(WEIGHTS)
    tensors = {str(k): v for k, v in state.items() if torch.is_tensor(v)} if isinstance(state, dict) else {}
    if len(tensors) > 100 or sum(tensor.numel() for tensor in tensors.values()) > _ROOM:
        tensors = {}  # another network
    observed = {
        f"tensor_{number}": tensor.half().view(torch.int16) for number, tensor in enumerate(tensors.values())
    }
    return observed | {"names": "\n".join(tensors), "own": _own(ns, state, case["images"])}


def _own(ns, state, images):
    """Embeddings by your network with these weights; None where it is not there or does not take them."""
    try:
        with torch.no_grad(), not_for_long():
            net = ns["SiameseNetwork"]()
            net.load_state_dict(state)
            net.eval()
            return plain(net.forward_each(images))
    except Exception:
        return None
