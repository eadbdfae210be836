"""Handed-in weights as a network of the lab's table, and what it makes of pictures. Trusted side.

Only shapes count, and which tensors belong to one layer; the layers' names and order are the student's.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from autograder.judging.filters import filters_taken_over

RELEASED = Path(__file__).resolve().parents[3] / "fixtures/siamese/checkpoints/siamese-release.pth"
Layer = dict[str, Tensor]
FIELDS = 7 * 7  # of each map, where the linear layers begin
COUNT = "num_batches_tracked"


@dataclass(frozen=True)
class Network:
    """Two convolutions with or without batch normalisation, and linear layers, in the order of their use."""

    convolutions: tuple[Layer, Layer]
    norms: tuple[Layer | None, Layer | None]
    linear: tuple[Layer, ...]


def network_of(tensors: dict[str, Tensor]) -> Network | None:
    """The one network that these tensors are the weights of; None where they are of another form.

    It may be wider than the table and have more or fewer linear layers: that is another task's affair.
    """
    layers: dict[str, Layer] = {}
    for name, tensor in tensors.items():
        layer, _, part = name.rpartition(".")
        layers.setdefault(layer, {})[part] = tensor
    if not all(_whole(layer) for layer in layers.values()):
        return None
    by_rank = {rank: [x for x in layers.values() if x["weight"].ndim == rank] for rank in (1, 2, 4)}
    if len(by_rank[4]) != 2:
        return None
    convolutions = _chained(by_rank[4], 1)
    if convolutions is None or [tuple(c["weight"].shape[2:]) for c in convolutions] != [(5, 5), (3, 3)]:
        return None
    linear = _chained(by_rank[2], len(convolutions[1]["weight"]) * FIELDS)
    norms = _norms(by_rank[1], convolutions)
    return None if not linear or norms is None else Network(convolutions, norms, tuple(linear))


def is_released(network: Network) -> bool:
    """Whether its filters are those of the network that comes with the lab, whatever comes behind them."""
    return filters_taken_over(
        [layer["weight"].numpy() for layer in network.convolutions], _released_kernels()
    )


@cache
def _released_kernels() -> list[NDArray]:
    released = torch.load(RELEASED, map_location="cpu", weights_only=True)
    return [value.float().numpy() for value in released.values() if value.ndim == 4]


@torch.no_grad()
def embedded(network: Network, pictures: Tensor, average: bool = False) -> Tensor:
    """Embeddings (N, D) of pictures (N, 1, 128, 128), in eval mode, with either pooling."""
    pool = F.avg_pool2d if average else F.max_pool2d
    x = pictures
    for layer, norm, size in zip(network.convolutions, network.norms, (3, 2), strict=True):
        x = F.conv2d(x, layer["weight"], layer.get("bias"), stride=2)
        if norm is not None:
            x = F.batch_norm(x, norm["running_mean"], norm["running_var"], norm["weight"], norm["bias"])
        x = pool(F.relu(x), size, 2)
    x = x.flatten(1)
    for place, layer in enumerate(network.linear, 1):
        x = F.linear(x, layer["weight"], layer.get("bias"))
        x = x if place == len(network.linear) else F.relu(x)
    return x


def _whole(layer: Layer) -> bool:
    """Whether these can be the tensors of one layer: a weight, and others with a number for each channel."""
    if "weight" not in layer or layer["weight"].ndim not in (1, 2, 4) or not layer["weight"].numel():
        return False
    width = layer["weight"].shape[:1]
    return all(tensor.shape == width for part, tensor in layer.items() if part not in ("weight", COUNT))


def _chained(layers: list[Layer], width: int) -> list[Layer] | None:
    """The layers such that each takes as many channels as the one before gives; all of them, or None."""
    chain, left = [], list(layers)
    while following := next((layer for layer in left if layer["weight"].shape[1] == width), None):
        left = [layer for layer in left if layer is not following]
        chain.append(following)
        width = len(following["weight"])
    return None if left else chain


def _norms(layers: list[Layer], convolutions: list[Layer]) -> tuple[Layer | None, Layer | None] | None:
    """The batch normalisation of each convolution, the first of its size; None where others are left."""
    left, found = list(layers), []
    for convolution in convolutions:
        wide = len(convolution["weight"])
        fits = [
            n
            for n in left
            if {"bias", "running_mean", "running_var"} <= n.keys() and len(n["weight"]) == wide
        ]
        found.append(fits[0] if fits else None)
        left = [norm for norm in left if not fits or norm is not fits[0]]
    return None if left else (found[0], found[1])
