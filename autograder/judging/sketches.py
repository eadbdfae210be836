"""What is kept of a known mistake's answer: of large values a few numbers, of random draws their statistics.
Trusted side, pure.

A layer's maps are tens of thousands of numbers, and a bank of mistakes answers with hundreds of such: as they
are they would fill the memory. Two that agree in a thousand places, spread over all of them, agree.
"""

from collections.abc import Mapping

import numpy as np

from autograder.judging.comparisons import Estimate
from autograder.sandbox.answers import Answer, Value

_MOST = 1024
_STEP = 2_654_435_761  # a prime far from every size: its multiples fall on rows and columns alike
_ESTIMATE = ".estimate"


class Kept(Answer):
    """An answer whose values are what `packed` made."""


def sketched(values: Mapping[str, Value]) -> dict[str, Value]:
    """The values, and of those of more than 1,024 numbers as many of these, with the shape beside them.

    A sketch's own sketch is the same.
    """
    few: dict[str, Value] = {}
    for name, value in values.items():
        if isinstance(value, np.ndarray) and value.size > _MOST:
            places = np.arange(_MOST, dtype=np.int64) * _STEP % value.size
            few[name] = value.reshape(-1)[places]
            few[f"{name}.shape"] = np.array(value.shape)
        else:
            few[name] = value
    return few


def packed(seen: Mapping[str, Value | Estimate]) -> dict[str, Value]:
    """What is compared of an answer, as values that can be written down."""
    plain: dict[str, Value] = {}
    for name, value in seen.items():
        if isinstance(value, Estimate):
            plain[f"{name}{_ESTIMATE}"] = np.array([value.value, value.deviation])
        else:
            plain[name] = value
    return plain


def unpacked(kept: Kept) -> dict[str, Value | Estimate]:
    """The contrary of `packed`."""
    seen: dict[str, Value | Estimate] = {}
    for name, value in kept.values.items():
        if name.endswith(_ESTIMATE):
            share, deviation = np.asarray(value, dtype=np.float64)
            seen[name.removesuffix(_ESTIMATE)] = Estimate(float(share), float(deviation))
        else:
            seen[name] = value
    return seen
