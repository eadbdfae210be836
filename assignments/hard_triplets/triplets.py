"""Triplets within a batch: what this lab used to take from Catalyst 20.12, under the same names.

A batch has features (N, D) and N labels. A *sampler* decides which triplets (anchor, positive, negative) are
formed of it; a *loss* with a sampler inside turns features and labels into one number. Samplers choose by
index, without a Python loop over the samples.
"""

import random
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import Sampler

Triplets = tuple[Tensor, Tensor, Tensor]
TripletsIds = tuple[list[int], list[int], list[int]]


def normalize(samples: Tensor) -> Tensor:
    """The same rows with Euclidean length one."""
    return F.normalize(samples, dim=1)


def convert_labels2list(labels: Tensor | Sequence[int]) -> list[int]:
    """Labels as a Python list of integers, from a tensor (N,) or any sequence."""
    return labels.tolist() if isinstance(labels, Tensor) else list(labels)


def find_value_ids(it: Sequence[int], value: int) -> list[int]:
    """The indices at which `it` has `value`, ascending."""
    return [index for index, one in enumerate(it) if one == value]


class BalanceBatchSampler(Sampler[int]):
    """Draws batches of `p` classes with `k` samples each, as a flat sequence of indices.

    An epoch meets every class once, in random order; `DataLoader(..., batch_size=sampler.batch_size,
    sampler=sampler)` cuts it into batches, the last of which may have fewer classes. A class with fewer than
    `k` samples gives some of them twice. Where one class would be left alone in the last batch it is left
    out, as it has no negatives. Draws from Python's `random`.

    Args:
        labels: the label of each sample of the data set.
        p: classes in a batch, at least 2.
        k: samples of each, at least 2.

    Raises:
        ValueError: `p` or `k` below 2, fewer than `p` classes, or a class with one sample only.
    """

    def __init__(self, labels: Sequence[int], p: int = 64, k: int = 16) -> None:
        if p < 2 or k < 2:
            raise ValueError(f"p is {p} and k is {k}: without 2 of each there are no triplets.")
        self._of_class: dict[int, list[int]] = {}
        for index, label in enumerate(convert_labels2list(labels)):
            self._of_class.setdefault(label, []).append(index)
        if len(self._of_class) < p:
            raise ValueError(f"p is {p}, but there are only {len(self._of_class)} classes.")
        for label, indices in self._of_class.items():
            if len(indices) < 2:
                raise ValueError(f"class {label} has one sample only, so no positive pair.")
        self._p, self._k = p, k

    @property
    def batch_size(self) -> int:
        """Samples in a full batch, p * k."""
        return self._p * self._k

    def __len__(self) -> int:
        """Samples in an epoch."""
        return self._classes_in_epoch * self._k

    def __iter__(self) -> Iterator[int]:
        for label in random.sample(list(self._of_class), self._classes_in_epoch):
            indices = self._of_class[label]
            missing = max(0, self._k - len(indices))
            yield from random.sample(indices, self._k - missing) + random.choices(indices, k=missing)

    @property
    def _classes_in_epoch(self) -> int:
        classes = len(self._of_class)
        return classes - 1 if classes % self._p == 1 else classes


class IInbatchTripletSampler(ABC):
    """Whatever makes triplets of a batch. Their points need not be samples: a class mean will do as well."""

    @abstractmethod
    def sample(self, features: Tensor, labels: list[int]) -> Triplets:
        """Anchors, positives and negatives: three tensors (T, D), row t of each making triplet t."""


class InBatchTripletsSampler(IInbatchTripletSampler):
    """A sampler that picks its triplets among the samples of the batch: subclasses say which indices."""

    @abstractmethod
    def _sample(self, features: Tensor, labels: list[int]) -> TripletsIds:
        """The indices of anchors, positives and negatives: three lists of the same length T."""

    def sample_ids(self, features: Tensor, labels: Tensor | Sequence[int]) -> TripletsIds:
        """The triplets as three lists of T indices into the batch.

        Raises:
            ValueError: `features` are no matrix, or labels are not as many as its rows.
        """
        labels = convert_labels2list(labels)
        if features.ndim != 2 or len(features) != len(labels):
            raise ValueError(
                f"features have shape {tuple(features.shape)} and there are {len(labels)} labels: "
                "a batch is (N, D) features and N labels."
            )
        return self._sample(features, labels)

    def sample(self, features: Tensor, labels: Tensor | Sequence[int]) -> Triplets:
        """The triplets as features; gradients flow back into the batch."""
        anchors, positives, negatives = self.sample_ids(features, labels)
        return features[anchors], features[positives], features[negatives]


class HardTripletsSampler(InBatchTripletsSampler):
    """Batch-hard triplets (Hermans, Beyer and Leibe 2017, arXiv 1703.07737, section 2).

    Every sample is an anchor once, with the farthest sample of its own class and the nearest sample of any
    other. A sample without a partner on either side is no anchor.

    Args:
        norm_required: compare directions, by features of length one.
    """

    def __init__(self, norm_required: bool = False) -> None:
        self._norm_required = norm_required

    def _sample(self, features: Tensor, labels: list[int]) -> TripletsIds:
        points = features.detach()  # which samples are hard is a choice, and has no gradient
        if self._norm_required:
            points = normalize(samples=points)
        # A row compares the distances of one anchor: squared, and without the anchor's own length, they have
        # the same order, and come out of a single product.
        order_of_distances = torch.addmm(points.square().sum(dim=1), points, points.T, alpha=-2)
        return self._sample_from_distmat(order_of_distances, labels)

    @staticmethod
    def _sample_from_distmat(distmat: Tensor, labels: list[int]) -> TripletsIds:
        """The triplets, given the distance of every two samples, or whatever grows with it along a row."""
        own = _companions(labels).to(distmat.device)  # (N, S)
        everyone = torch.arange(len(labels), device=distmat.device)
        to_own = distmat.gather(1, own)
        farthest = to_own.masked_fill(own == everyone[:, None], -torch.inf).argmax(dim=1, keepdim=True)
        farthest = own.gather(1, farthest).flatten()
        # The own class leaves the table and comes back: a second table would cost more than the search.
        distmat.scatter_(1, own, torch.inf)
        nearest = distmat.argmin(dim=1)
        has_both = (farthest != everyone) & distmat[everyone, nearest].isfinite()
        distmat.scatter_(1, own, to_own)
        chosen = (everyone[has_both], farthest[has_both], nearest[has_both])
        anchors, positives, negatives = (ids.tolist() for ids in chosen)
        return anchors, positives, negatives


class HardNegativeTripletsSampler(InBatchTripletsSampler):
    """Every sample is an anchor once, with a random other sample of its class and the nearest of any other.

    A sample without a partner on either side is no anchor. Draws from torch's generator.
    """

    def _sample(self, features: Tensor, labels: list[int]) -> TripletsIds:
        points = features.detach()  # here, too, choosing has no gradient
        label = torch.tensor(labels, device=points.device)
        same = label == label[:, None]
        companions = same.clone().fill_diagonal_(False)
        positives = torch.rand(same.shape, device=points.device).where(companions, -1).argmax(dim=1)
        negatives = torch.cdist(points, points).masked_fill(same, torch.inf).argmin(dim=1)
        anchors = (companions.any(dim=1) & ~same.all(dim=1)).nonzero().flatten()
        return anchors.tolist(), positives[anchors].tolist(), negatives[anchors].tolist()


def _companions(labels: Sequence[int]) -> Tensor:
    """For each sample the indices of its class (N, S), itself among them; small classes repeat themselves."""
    _, row, size = torch.tensor(labels).unique(return_inverse=True, return_counts=True)
    in_order = row.argsort()  # one class after the other
    place = torch.arange(int(size.max())) % size[:, None]  # (P, S)
    return in_order[place + (size.cumsum(dim=0) - size)[:, None]][row]


class TripletMarginLossWithSampler(nn.Module):
    """The triplet loss over the triplets that a sampler forms of the batch.

    mean over triplets of max(d(a, p) - d(a, n) + margin, 0), with plain Euclidean distances.

    Args:
        margin: one number for all triplets.
        sampler_inbatch: forms the triplets.
    """

    def __init__(self, margin: float, sampler_inbatch: IInbatchTripletSampler) -> None:
        super().__init__()
        self._sampler_inbatch = sampler_inbatch
        self._margin = margin

    def forward(self, features: Tensor, labels: Tensor | Sequence[int]) -> Tensor:
        """The loss of a batch."""
        triplets = self._sampler_inbatch.sample(features, convert_labels2list(labels))
        return F.triplet_margin_loss(*triplets, margin=self._margin)
