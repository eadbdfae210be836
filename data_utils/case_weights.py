"""Weights for a student's network out of a case: what it gives then follows from secret numbers.

A probe puts them in, layer by layer; a grader, which has the case, too, works out what a layer must give.
"""

import math

from torch import Tensor


def filled(numbers: Tensor, shape: tuple[int, ...], start: int = 0) -> Tensor:
    """`numbers` over and over, from place `start` on, in `shape`; of a prime count, no two rows are alike."""
    size = math.prod(shape)
    times = -(-(start + size) // len(numbers))
    return numbers.repeat(times)[start : start + size].view(shape)


def layer_weights(numbers: Tensor, place: int, shape: tuple[int, ...]) -> tuple[Tensor, Tensor]:
    """Weight, in `shape`, and bias of a layer, others for each `place`; `numbers` have mean 0, deviation 1.

    Scaled as by He et al., "Delving Deep into Rectifiers" (2015): no layer's output fades or explodes.
    """
    fan_in = math.prod(shape[1:])
    bias = filled(numbers, shape[:1], 37 * place + 11)
    return filled(numbers, shape, 37 * place) * math.sqrt(2 / fan_in), bias


def norm_weights(numbers: Tensor, place: int, channels: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Weight, bias, running mean and running variance of a batch normalisation, another for each `place`."""
    one, other = (filled(numbers, (channels,), 101 * place + offset) for offset in (5, 503))
    return 1 + one.square(), other, one, 0.5 + other.square()
