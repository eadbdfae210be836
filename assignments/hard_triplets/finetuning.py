"""Going on from a trained network, as the paper of the hierarchical loss does: given.

Only the last two blocks learn. What the first three make of a drawing is computed once, so that a training
takes seconds on a processor.
"""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from network import EmbeddingNet
from torch import Tensor, nn
from torch.nn import functional as F

KEPT = 3  # blocks that stay as they are
Criterion = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Tuning:
    """How to go on: batches of `p` classes with `k` samples each, a quarter of the rate in the second half.

    Classes come into a batch `kin` at a time: one that is drawn, and those that lie nearest to it.
    """

    epochs: int = 16
    learning_rate: float = 3e-3
    p: int = 32
    k: int = 8
    kin: int = 4


@torch.no_grad()
def kept_maps(net: EmbeddingNet, images: Tensor) -> Tensor:
    """What the kept blocks make of images (N, 1, 32, 32), in eval mode: (N, maps, 4, 4)."""
    kept = net.blocks[:KEPT].eval()
    return torch.cat([kept(part) for part in images.split(512)])


def points_of(head: nn.Module, maps: Tensor) -> Tensor:
    """The points on the sphere of what the kept blocks gave, (N, 64)."""
    return F.normalize(head(maps).flatten(start_dim=1), dim=1)


@torch.no_grad()
def points_at_rest(head: nn.Module, maps: Tensor) -> Tensor:
    """The same in eval mode."""
    head.eval()
    found = torch.cat([points_of(head, part) for part in maps.split(512)])
    head.train()
    return found


def batches(features: Tensor, labels: Tensor, tuning: Tuning) -> Iterator[Tensor]:
    """An epoch of batches by *anchor-neighbour sampling* (Ge et al. 2018), each as rows (p * k,).

    A batch has `p / kin` classes drawn at random, each with the `kin - 1` whose means lie nearest to its own,
    by the features (N, D) of now; with `kin` 1 all are random. There are as many batches as it would take to
    meet every class once.
    """
    rows = [(labels == label).nonzero().flatten() for label in labels.unique()]
    means = torch.stack([features[own].mean(dim=0) for own in rows])
    nearest = torch.cdist(means, means).argsort(dim=1).tolist()  # a class itself first
    drawn = torch.randperm(len(rows))[: len(rows) // tuning.p * (tuning.p // tuning.kin)]
    for anchors in drawn.split(tuning.p // tuning.kin):
        classes: list[int] = []
        for anchor in anchors.tolist():
            classes += [near for near in nearest[anchor] if near not in classes][: tuning.kin]
        yield torch.cat([rows[c][torch.randperm(len(rows[c]))[: tuning.k]] for c in classes])


def fine_tune(
    net: EmbeddingNet, maps: Tensor, labels: Tensor, criterion: Criterion, tuning: Tuning
) -> nn.Module:
    """A copy of the last blocks of `net`, trained on: maps (B, maps, 4, 4) -> (B, 64, 1, 1).

    Args:
        maps: of all drawings, by `kept_maps`. labels: of each (N,).
        criterion: called with features (B, 64) and labels (B,), gives the loss to minimise.
    """
    head = copy.deepcopy(net.blocks[KEPT:]).train()
    for layer in head.modules():
        if isinstance(layer, nn.Dropout):
            layer.p = 0.0  # as at the end of the training that went before
    optimizer = torch.optim.RAdam(head.parameters(), lr=tuning.learning_rate)
    scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, [tuning.epochs // 2], gamma=0.25)
    for _ in range(tuning.epochs):
        for rows in batches(points_at_rest(head, maps), labels, tuning):
            loss = criterion(points_of(head, maps[rows]), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        scheduler.step()
    return head
