"""Few-shot episodes of features that are there already: given. NumPy alone, no network and no picture."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Features = NDArray[np.float32]  # (classes, samples, D)
# Support (ways, shots, D) and queries (n, D) -> the class of each query (n,), from 0 to ways - 1.
Classifier = Callable[[Features, Features], NDArray[np.intp]]

WAYS, QUERIES, EPISODES = 5, 5, 1000


def read_features(path: Path) -> dict[str, dict[str, Features]]:
    """Features (classes, samples, D) of the pictures of each set by each network, by their names."""
    found: dict[str, dict[str, Features]] = {}
    with np.load(path) as arrays:
        for name in arrays.files:
            pictures, network = name.split("/")
            found.setdefault(pictures, {})[network] = arrays[name].astype(np.float32)
    return found


def accuracies(features: Features, classify: Classifier, shots: int, episodes: int = EPISODES) -> NDArray:
    """The share of queries that are right in each of some 5-way episodes, 5 queries per class: (episodes,).

    Equal numbers of classes, samples and shots give the same episodes, whatever the features: two networks
    are asked the same questions.

    Raises:
        ValueError: a class has too few samples for so many shots and 5 queries.
    """
    classes, samples, _ = features.shape
    if shots + QUERIES > samples:
        raise ValueError(f"{shots} shots and {QUERIES} queries, but a class has {samples} samples.")
    rng = np.random.default_rng(42)
    right = np.repeat(np.arange(WAYS), QUERIES)
    found = np.empty(episodes)
    for episode in range(episodes):
        ways = rng.permutation(classes)[:WAYS]
        drawn = rng.random((WAYS, samples)).argsort(axis=1)[:, : shots + QUERIES]
        picked = features[ways[:, None], drawn]  # (ways, shots + queries, D)
        queries = picked[:, shots:].reshape(WAYS * QUERIES, -1)
        found[episode] = (classify(picked[:, :shots], queries) == right).mean()
    return found


def interval(values: NDArray) -> tuple[float, float]:
    """Mean of the episodes, and half the width of its 95 % interval."""
    return float(values.mean()), float(1.96 * values.std(ddof=1) / len(values) ** 0.5)
