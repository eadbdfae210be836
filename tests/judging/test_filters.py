"""Filters of one network in another one: whatever the order, sign and scale of its channels."""

import numpy as np
import pytest
from numpy.typing import NDArray

from autograder.judging.filters import filters_taken_over

SHAPES = ((16, 1, 3, 3), (24, 16, 3, 3), (20, 24, 3, 3))
Kernels = list[NDArray[np.float64]]


def drawn(seed: int) -> Kernels:
    rng = np.random.default_rng(seed)
    return [rng.standard_normal(shape) for shape in SHAPES]


def disguised(kernels: Kernels, seed: int) -> Kernels:
    """The channels of each layer in another order, with other signs and scales; the next layer undoes it."""
    rng = np.random.default_rng(seed)
    found, order, scale = [], np.arange(1), np.ones(1)
    for kernel in kernels:
        kernel = kernel[:, order] / scale[None, :, None, None]
        order = rng.permutation(len(kernel))
        scale = rng.uniform(0.2, 5, len(kernel)) * rng.choice((-1, 1), len(kernel))
        found.append(kernel[order] * scale[:, None, None, None])
    return found


def without(kernels: Kernels, layer: int, count: int) -> Kernels:
    found = [kernel.copy() for kernel in kernels]
    found[layer][:count] = 0
    return found


OWN = drawn(0)
DISGUISES = {
    "as they are": OWN,
    "permuted, scaled and turned": disguised(OWN, 1),
    "half of the channels of the first layer gone": without(OWN, 0, 8),
    "most filters of the last layers gone": without(without(OWN, 1, 20), 2, 17),
    "another layer at the end": [*OWN[:2], drawn(5)[2]],
    "larger kernels": [np.pad(kernel, ((0, 0), (0, 0), (1, 1), (1, 1))) for kernel in OWN],
    "more channels": [
        np.concatenate([OWN[0], drawn(7)[0]]),
        np.concatenate([np.concatenate([OWN[1], drawn(8)[1]], axis=1), np.ones((5, 32, 3, 3))]),
        np.concatenate([OWN[2], np.zeros((20, 5, 3, 3))], axis=1),
    ],
    "noise of a tenth": [own + 0.1 * noise for own, noise in zip(OWN, drawn(9), strict=True)],
}


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_disguise_is_seen_through(disguise: str) -> None:
    assert filters_taken_over(DISGUISES[disguise], OWN)


@pytest.mark.parametrize("seed", range(1, 6))
def test_other_filters_are_others(seed: int) -> None:
    assert not filters_taken_over(drawn(seed), OWN)


def test_what_is_kept_of_the_same_beginning_is_no_network() -> None:
    # Half of what a filter is comes from the numbers that both began with.
    learned = [own + noise for own, noise in zip(OWN, drawn(1), strict=True)]
    assert not filters_taken_over(learned, OWN)


def test_an_equal_first_layer_is_no_network() -> None:
    assert not filters_taken_over([OWN[0], *drawn(1)[1:]], OWN)


def test_zeros_are_no_network() -> None:
    assert not filters_taken_over([0 * kernel for kernel in OWN], OWN)
