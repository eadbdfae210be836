"""How well handed-in weights tell people apart whom nobody has seen. Trusted side."""

from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load
from torch.nn import functional as F

from data_utils.cases import read_case

from .trained import embedded, network_of

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures/siamese"


@lru_cache(maxsize=8)  # both graders ask, and so does every submission that hands in the same file
def area_of(weights: bytes, people_file: str, average: bool = False, softmax: bool = False) -> float:
    """The area under the ROC of what a network gives, with either pooling, softmaxed or not.

    Args:
        weights: its tensors as safetensors, of a form that `network_of` knows.
        people_file: who is on which picture, with the pictures, below the lab's fixtures.
    """
    network, (pictures, people) = network_of(load(weights)), _people(people_file)
    points = torch.cat([embedded(network, some, average) for some in pictures.split(20)])
    return _area((F.softmax(points, dim=1) if softmax else points).double().numpy(), people)


def _area(points, people):
    """How often a pair of one person is nearer than a pair of two; equal distances count a half."""
    row, column = np.triu_indices(len(points), 1)
    distance = np.linalg.norm(points[row] - points[column], axis=1)
    same = people[row] == people[column]
    apart = np.sort(distance[~same])
    nearer = [np.searchsorted(apart, distance[same], side) for side in ("left", "right")]
    return float(1 - np.mean(nearer) / len(apart))


@cache
def _people(name):
    """Pictures (N, 1, 128, 128) and who is on them."""
    people = read_case((FIXTURES / name).read_text())
    pictures = F.interpolate(people["pictures"], size=(128, 128), mode="bilinear")
    return pictures, people["people"].numpy()
