"""Whether a network has taken over the filters of another one. Trusted side; pure.

What a network does is easily changed: drop channels, cut layers off, put another layer at the end. What it
looks for in an image stays in its filters, whatever the order, sign and scale of its channels.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

ALIKE = 0.985
QUARTER, EIGHTH = 0.75, 0.125


def filters_taken_over(kernels: Sequence[NDArray[Any]], others: Sequence[NDArray[Any]]) -> bool:
    """Whether an eighth of the filters in a layer behind the first are another network's.

    How like two filters are is the upper quartile, over the channels that they are given, of the absolute
    cosines between their kernels. So three in four of those channels may be gone, and most of a layer's
    filters. The first layer only says which channel is which: networks with nothing in common learn the same
    edges and spots there.

    Two trainings that begin with the same random numbers share some of them to the end. Of 40 honest ones
    with the seed of a released network the likest filter had 0.980, of 40 with other seeds 0.66. Most filters
    of the released networks themselves have more than 0.985 with a fifth of their spread added as noise.

    Args:
        kernels: of convolutions in the order of their use, each (channels out, channels in, height, width).
        others: as many of the other network; the smaller one of two sizes is filled up with zeros.
    """
    places = np.zeros(1, int)  # where each channel of the other network is: there is one image
    for number, pair in enumerate(zip(kernels, others, strict=True)):
        kernel, other = _of_one_size(*pair)
        likeness = _likeness(kernel, other, places)
        if number > 0 and (likeness.max(axis=1) >= ALIKE).mean() >= EIGHTH:
            return True
        places = likeness.argmax(axis=1)
    return False


def _likeness(kernel: NDArray[Any], other: NDArray[Any], places: NDArray[Any]) -> NDArray[Any]:
    """How like each filter of `other` each of `kernel` is (others, filters)."""
    cosines = np.abs(np.einsum("oik,pik->opi", _directions(other), _directions(kernel)[:, places]))
    return np.asarray(np.quantile(cosines, QUARTER, axis=2))


def _directions(kernel: NDArray[Any]) -> NDArray[Any]:
    """The kernels as rows of length one (out, in, height * width); zeros stay zeros."""
    rows = kernel.reshape(*kernel.shape[:2], -1).astype(np.float64)
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=2, keepdims=True), 1e-12))


def _of_one_size(*kernels: NDArray[Any]) -> list[NDArray[Any]]:
    """Square kernels with zeros around the smaller ones."""
    rooms = [max(kernel.shape[-1] for kernel in kernels) - kernel.shape[-1] for kernel in kernels]
    around = [(room // 2, room - room // 2) for room in rooms]
    return [np.pad(kernel, ((0, 0), (0, 0), at, at)) for kernel, at in zip(kernels, around, strict=True)]
