"""Which means and samples of a batch the rows of an answer are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from autograder.judging import Observed, assert_that

TOLERANCE = 1e-3  # of coordinates of size 1 to 10, in float32; points that differ are 0.05 or more apart


@dataclass(frozen=True)
class Batch:
    """The samples (N, D) of a case, the row of each one's class (N,), and the means of the classes (P, D)."""

    samples: Tensor
    row: Tensor
    means: Tensor


@dataclass(frozen=True)
class Triplets:
    """T triplets: class of the anchor, sample of the positive, class of the negative (T,), each as an index.

    Attributes:
        anchor: the sample that an anchor is, or -1 where it is the mean of its class.
        found: the points (T, 3, D) as they came.
    """

    of_class: Tensor
    anchor: Tensor
    positive: Tensor
    negative: Tensor
    found: Tensor


def batch_of(case: Mapping[str, Any]) -> Batch:
    """The batch of a case."""
    samples, labels = case["features"].double(), case["labels"]
    classes, row = labels.unique(return_inverse=True)
    return Batch(samples, row, torch.stack([samples[labels == c].mean(dim=0) for c in classes]))


def triplets_of(answer: Observed, batch: Batch) -> Triplets:
    """The student's triplets, one a class or one a sample; a Mismatch where a point is none of the
    batch's."""
    (samples, dims), classes = batch.samples.shape, len(batch.means)
    rows = answer.array("rows")
    assert_that(
        rows.ndim == 2 and rows.shape[1] == 3 * dims and len(rows) in (classes, samples),
        "Three tensors of equal shape: a row for each class of the batch, or a row for each sample.",
        f"expected three tensors ({classes}, {dims}), side by side {(classes, 3 * dims)}, got {rows.shape}.",
    )
    found = torch.from_numpy(rows).double().unflatten(1, (3, dims))
    positive = _which(found[:, 1], batch.samples, "A positive is a sample of the batch, as it is.")
    hint = "A negative is the mean of a class: of all its samples, and no other."
    negative = _which(found[:, 2], batch.means, hint)
    hint = "An anchor is the mean of a class, of all its samples; or, in a row for each sample, that sample."
    anchor = _which(found[:, 0], torch.cat([batch.means, batch.samples]), hint)
    of_class = torch.cat([torch.arange(classes), batch.row])[anchor]
    return Triplets(of_class, (anchor - classes).clamp(min=-1), positive, negative, found)


def _which(points: Tensor, choices: Tensor, hint: str) -> Tensor:
    """The index of each point among the choices."""
    nearest = torch.cdist(points, choices, compute_mode="donot_use_mm_for_euclid_dist").min(dim=1)
    near = bool((nearest.values < TOLERANCE).all())
    assert_that(near, hint, "a row is none of those that there are to choose from.")
    return nearest.indices
