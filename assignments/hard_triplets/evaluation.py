"""How good is an embedding? Every query looks up its nearest neighbours in the gallery."""

from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

KS = (1, 5, 10)
RESAMPLES = 1000  # of the queries, for an interval


def cmc(distances: Tensor, same_class: Tensor, ks: Sequence[int] = KS) -> dict[str, float]:
    """Cumulative matching characteristic: the share of queries with their class among the `k` nearest.

    Args:
        distances: of each query to each drawing of the gallery.
        same_class: whether the two are of one class.
        ks: how many neighbours count.

    Returns:
        `"cmc@k"` for each k, from 0 to 1.
    """
    nearest = distances.topk(max(ks), dim=1, largest=False).indices  # ascending
    found = same_class.gather(1, nearest)
    return {f"cmc@{k}": found[:, :k].any(dim=1).double().mean().item() for k in ks}


@torch.no_grad()
def embed(
    net: nn.Module, batches: Iterable[dict[str, Any]], device: torch.device | str = "cpu"
) -> tuple[Tensor, Tensor, Tensor]:
    """Features (N, D), targets (N,) and is_query (N,) of all drawings, in order; in eval mode."""
    training = net.training
    net.eval()
    rows = [(net(b["features"].to(device)).cpu(), b["targets"], b["is_query"]) for b in batches]
    net.train(training)
    features, targets, is_query = map(torch.cat, zip(*rows, strict=True))
    return features, targets, is_query


def evaluate(
    net: nn.Module, batches: Iterable[dict[str, Any]], device: torch.device | str = "cpu"
) -> dict[str, float]:
    """CMC@1, 5 and 10 of the queries against the gallery of an `OmniGlotQGDataset`, in batches."""
    features, targets, is_query = embed(net, batches, device)
    distances = torch.cdist(features[is_query], features[~is_query])
    return cmc(distances, targets[is_query][:, None] == targets[~is_query])


def hits(features: Tensor, targets: Tensor, is_query: Tensor) -> Tensor:
    """Whether each query finds its class among the k nearest of the gallery, for each k of KS: (Q, 3)."""
    nearest = torch.cdist(features[is_query], features[~is_query]).topk(max(KS), largest=False).indices
    found = targets[~is_query][nearest] == targets[is_query][:, None]
    return torch.stack([found[:, :k].any(dim=1) for k in KS], dim=1)


def interval(values: Tensor, together: int = 1) -> tuple[float, float, float]:
    """Mean, and the ends of its 95 % interval by the bootstrap over queries, or over classes.

    Args:
        values: of each seed and query, (S, Q): hits, or differences of hits. Seeds are averaged, not drawn
            anew: the interval says what other queries could change.
        together: how many queries in a row are drawn as one. With those of a class it says what other
            classes, each with its gallery drawings, could change.
    """
    of_draw = values.double().mean(dim=0).unflatten(0, (-1, together)).mean(dim=1)
    generator = torch.Generator().manual_seed(0)
    drawn = torch.randint(len(of_draw), (RESAMPLES, len(of_draw)), generator=generator)
    low, high = of_draw[drawn].mean(dim=1).quantile(torch.tensor([0.025, 0.975]).double()).tolist()
    return of_draw.mean().item(), low, high


def print_row(name: str, found: Tensor) -> None:
    """CMC@1, 5 and 10 with their intervals, and CMC@1 of each seed; `found` is (S, Q, 3), of `hits`."""
    shares = [interval(found[..., column]) for column in range(len(KS))]
    cells = [
        f"CMC@{k} {mean:.3f} [{low:.3f}, {high:.3f}]" for k, (mean, low, high) in zip(KS, shares, strict=True)
    ]
    seeds = " ".join(f"{share:.3f}" for share in found[..., 0].double().mean(dim=1).tolist())
    print(f"{name:<21}" + "  ".join(cells) + f"  CMC@1 by seed {seeds}")
