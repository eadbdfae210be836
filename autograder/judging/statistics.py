"""Shares of what happens at random: whether a count still goes with one, and how sure that is. Trusted side;
pure.

A count is compared with what it would be if its share were half as much again, or that much less, by the
sequential test of A. Wald, *Sequential Tests of Statistical Hypotheses* (Annals of Mathematical Statistics
16, 1945): how many times likelier is the count under the other share? That it is ever R times likelier,
though it is not so, happens in one of R series of draws at most, whenever somebody stops to look.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FACTOR = 1.5


def rivals(share: float) -> tuple[float, float]:
    """The share divided by FACTOR, and times it; the latter at most half-way from the share to 1."""
    return share / FACTOR, min(share * FACTOR, (1 + share) / 2)


def log_likelihood_ratio(
    count: float | NDArray[np.float64], draws: float, share: float, rival: float
) -> float | NDArray[np.float64]:
    """How much likelier `count` of `draws` is under `rival` than under `share`, as a natural logarithm."""
    return count * math.log(rival / share) + (draws - count) * math.log((1 - rival) / (1 - share))


def far_from(share: float, count: int, draws: int, reject: float) -> bool:
    """Whether one of the rivals of `share` is likelier by `reject`, a natural logarithm, or more."""
    return any(log_likelihood_ratio(count, draws, share, rival) > reject for rival in rivals(share))


@dataclass(frozen=True)
class Series:
    """Draws in steps of `step` until each rival is `accept` less likely or `reject` likelier (natural
    logarithms), at most `most`.
    """

    step: int
    most: int
    accept: float
    reject: float

    def refused(self, share: float, true: float, visible: float = 1.0) -> tuple[float, float]:
        """The probability that `far_from` refuses the count of a series, and the mean number of draws, if in
        truth the share is `true`. Exact, by the distribution of the count after each step.

        Args:
            visible: the part of the draws in which it shows whether something happened.
        """
        seen = round(self.step * visible)
        one, going = _binomial(seen, true), np.ones(1)
        refused = mean = 0.0
        for step in range(1, self.most // self.step + 1):
            going = np.convolve(going, one)
            counts = np.arange(len(going), dtype=np.float64)
            below, above = (
                log_likelihood_ratio(counts, seen * step, share, other) for other in rivals(share)
            )
            far = np.maximum(below, above) > self.reject
            ends = far | (np.maximum(below, above) < -self.accept) | (step == self.most // self.step)
            refused += going[far].sum()
            mean += step * self.step * going[ends].sum()
            going[ends] = 0
        return float(refused), float(mean)


def _binomial(draws: int, share: float) -> NDArray[np.float64]:
    return np.array([math.comb(draws, k) * share**k * (1 - share) ** (draws - k) for k in range(draws + 1)])
