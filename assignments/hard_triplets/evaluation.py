"""How good is an embedding? Every query looks up its nearest neighbours in the gallery."""

from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

KS = (1, 5, 10)


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
