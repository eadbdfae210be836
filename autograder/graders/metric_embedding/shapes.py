"""The shapes that a network of this lab may have, as axes, and what one gives with weights. Trusted side.

The numbers in a handed-in file do not tell whether there was padding, or how many groups a normalisation
had. Which shape it is shows in what the student's own network makes of a few images; what the weights are
worth is then measured by the network of that shape here.
"""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .layers import PADDINGS, by_batch, by_groups, convolved, fits, pooled

Array = NDArray[np.floating]
RUNNING, BATCH = 0, -1  # statistics in place of a number of groups
EPS = 1e-5


@dataclass(frozen=True)
class Layer:
    """The parameters of a normalisation (C,) or of a convolution (maps out, maps in, k, k), by name."""

    values: Mapping[str, Array]

    def get(self, name: str, default: float) -> Array:
        """A parameter for maps (1, C, 1, 1), or the number that stands for a missing one."""
        return np.asarray(self.values.get(name, default), np.float32).reshape(1, -1, 1, 1)


@dataclass(frozen=True)
class Weights:
    """The layers in a file, in its order: kernels, and the normalisations beside them (none, or as many)."""

    kernels: tuple[Layer, ...]
    norms: tuple[Layer, ...]

    @property
    def statistics(self) -> tuple[int, ...]:
        """What the normalisations may go by: running statistics where there are any, else groups."""
        if not self.norms:
            return (BATCH, 1, self.maps)
        return (RUNNING,) if "running_mean" in self.norms[0].values else (*_divisors(self.maps), BATCH)

    @property
    def maps(self) -> int:
        return int(self.kernels[0].values["weight"].shape[0])


@dataclass(frozen=True)
class Shape:
    """One choice for each axis. What `slips` gives is not permitted; what was trained so is still trained.

    Attributes:
        order: of the layers of a block.
        statistics: RUNNING, BATCH or a number of groups (one where the maps are fewer).
        padding: how the edges are filled, or "none".
        pooling: stride, padding and ceil_mode of the max poolings.
        poolings: after which blocks there is one.
        last: what becomes of each map in the end.
    """

    order: tuple[str, ...] = ("norm", "relu", "conv")
    statistics: int = RUNNING
    padding: str = "zeros"
    pooling: tuple[int, int, bool] = (2, 0, False)
    poolings: tuple[bool, bool, bool] = (True, True, True)
    last: str = "mean"

    @property
    def large_at_the_end(self) -> bool:
        """Whether the average is taken over maps of 6 x 6 or so: such a network learns most slowly."""
        return self.padding != "none" and not self.poolings[2]


def permitted(weights: Weights) -> Iterator[Shape]:
    """All permitted shapes that have such weights, the usual ones first."""
    for pooling, statistics, last, padding in itertools.product(
        ((2, 0, False), (2, 1, False), (2, 0, True), (2, 1, True)),
        weights.statistics,
        (True, False),
        ("zeros", "none"),
    ):
        yield Shape(statistics=statistics, padding=padding, pooling=pooling, poolings=(True, True, last))


def slips(weights: Weights) -> Iterator[Shape]:
    """Rarer paddings, and shapes with one mistake of tasks 2b or 2c, which cost their points there."""
    for shape in permitted(weights):
        last = shape.poolings[2]
        if shape.padding == "zeros":
            yield from (replace(shape, padding=padding) for padding in PADDINGS[1:])
        yield replace(shape, pooling=(3, *shape.pooling[1:]))
        yield from (replace(shape, poolings=(one, not one, last)) for one in (True, False))
        yield replace(shape, last="maximum")
        for order in ("relu norm conv", "norm conv", "relu conv", "conv norm relu", "conv relu norm"):
            yield replace(shape, order=tuple(order.split()))


def sequences(weights: Weights) -> Iterator[tuple[int, ...]]:
    """Which kernels the three blocks may have: the one for images first; one left alone serves twice."""
    kernels = [layer.values["weight"].shape for layer in weights.kernels]
    first = [number for number, shape in enumerate(kernels) if shape[1] == 1]
    others = [number for number, shape in enumerate(kernels) if shape[1] != 1]
    pairs = itertools.permutations(others, 2) if len(others) > 1 else ((n, n) for n in others)
    yield from ((one, *pair) for pair in pairs for one in first)


@dataclass(frozen=True)
class Network:
    """Weights in a shape, and the kernels (by number) that its blocks have."""

    weights: Weights
    shape: Shape
    blocks: tuple[int, ...]

    def embed(self, images: Array) -> Array | None:
        """Embeddings (B, maps) of images (B, 1, H, W); None where weights and shape do not go together."""
        maps: Array | None = images.astype(np.float32)
        for number, pool in zip(self.blocks, self.shape.poolings, strict=True):
            for step in (*self.shape.order, *(["pool"] if pool else [])):
                maps = None if maps is None else getattr(self, f"_{step}")(maps, number)
        if maps is None:
            return None
        return maps.mean(axis=(2, 3)) if self.shape.last == "mean" else maps.max(axis=(2, 3))

    def _norm(self, maps: Array, number: int) -> Array | None:
        layer = self.weights.norms[number] if self.weights.norms else Layer({})
        if any(len(value) != maps.shape[1] for value in layer.values.values()):
            return None
        if self.shape.statistics == RUNNING:
            mean, variance = layer.get("running_mean", 0), layer.get("running_var", 1)
            maps = (maps - mean) / np.sqrt(np.maximum(variance, 0) + EPS)
        elif self.shape.statistics == BATCH:
            maps = by_batch(maps)
        else:
            maps = by_groups(maps, min(self.shape.statistics, maps.shape[1]))
        return maps * layer.get("weight", 1) + layer.get("bias", 0)

    def _relu(self, maps: Array, number: int) -> Array:
        return np.maximum(maps, 0)

    def _conv(self, maps: Array, number: int) -> Array | None:
        layer = self.weights.kernels[number]
        kernel, mode = layer.values["weight"], self.shape.padding
        padding, mode = (0, "zeros") if mode == "none" else (kernel.shape[-1] // 2, mode)
        if kernel.shape[1] != maps.shape[1] or not fits(maps, kernel, padding, mode):
            return None
        return convolved(maps, kernel, padding, mode) + layer.get("bias", 0)

    def _pool(self, maps: Array, number: int) -> Array | None:
        return pooled(maps, *self.shape.pooling)


def networks(weights: Weights, shapes: Iterator[Shape]) -> Iterator[Network]:
    """All networks of these shapes with these weights."""
    for shape, blocks in itertools.product(shapes, list(sequences(weights))):
        if ("norm" in shape.order) or not weights.norms:
            yield Network(weights, shape, blocks)


def matched(weights: Weights, images: Array, embeddings: Array) -> Network | None:
    """The network that gives these embeddings (B, maps) of the images, up to the length of each."""
    for network in networks(weights, itertools.chain(permitted(weights), slips(weights))):
        found = network.embed(images)
        if found is not None and found.shape == embeddings.shape and _same_directions(found, embeddings):
            return network
    return None


def _same_directions(one: Array, other: Array) -> bool:
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    with np.errstate(all="ignore"):
        return bool(((one * other).sum(axis=1) >= (1 - 1e-6) * lengths).all() and (lengths > 0).all())


def _divisors(number: int) -> tuple[int, ...]:
    return tuple(n for n in range(1, number + 1) if number % n == 0)
