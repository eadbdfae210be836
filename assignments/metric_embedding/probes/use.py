"""3 and 4: image space, trained weights, the projection."""

from collections.abc import Mapping

import torch
from torch import Tensor

from data_utils.handed_in import read_weights
from data_utils.patience import not_for_long

ALL_DIGITS = "metric-embedding.pth"
WITHOUT_0 = "metric-embedding-without-0.pth"


def identity(ns, case):
    """Image space: the features of some images, and of one alone."""
    model = ns["IdentityModel"]()
    return {"features": model.get_features(case["images"]), "one": model.get_features(case["images"][:1])}


def trained_on_all(ns, case):
    """The weights in the file, as numbers, and what your network makes of a few images with them."""
    return _handed_in(ns, case, ALL_DIGITS)


def trained_without_0(ns, case):
    """The same for the network that never saw a 0; and for the other one, to compare."""
    try:
        other = _handed_in(ns, case, ALL_DIGITS)
    except Exception:  # a missing or broken file is task 3b's affair
        other = {"names": None}
    return _handed_in(ns, case, WITHOUT_0) | {f"other_{name}": value for name, value in other.items()}


def projection(ns, case):
    """Points in two dimensions."""
    return {"points": ns["project_2d"](case["features"])}


def _handed_in(ns, case, file: str):
    """The tensors in a file by number, their names, and the embeddings that tell the network's shape."""
    state = read_weights(file)
    tensors = {str(name): value for name, value in _entries(state) if isinstance(value, Tensor)}
    if not tensors:
        raise ValueError(f"{file} holds no weights: save `model.state_dict()`.")
    observed = {f"tensor_{number}": tensor for number, tensor in enumerate(tensors.values())}
    embeddings = _embeddings(ns, state, case["images"])
    return observed | {"names": "\n".join(tensors), "embeddings": embeddings}


def _entries(state):
    return state.items() if isinstance(state, Mapping) else ()


@torch.no_grad()
def _embeddings(ns, state, images: Tensor) -> Tensor | None:
    """None where no network of yours takes these weights: that is task 2c's affair."""
    try:
        with not_for_long():
            model = ns["SimpleMetricEmbedding"](1)
            model.load_state_dict(state)
            embeddings = model.eval().get_features(images)
    except Exception:
        return None
    return embeddings if isinstance(embeddings, Tensor) and embeddings.dim() == 2 else None
