"""How fast the lab's samplers and losses are, each against the same work in loops, as ratios.

    python benchmarks/hard_triplets.py [--threads N]

A batch of 1,024 (64 classes of 16 samples) with 64 features, as in the lab's full setting. Each of the given
`HardTripletsSampler` and the two reference answers is compared with a loop that gives the same result one
sample at a time, by sets of indices, as such samplers are usually written; and with the batch-hard miner of
pytorch-metric-learning. All take turns, so that a busy machine disturbs them alike; a time is the shortest of
all calls, in CPU time.
"""

import argparse
import itertools
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "solutions/hard_triplets"), str(ROOT)]

import torch  # noqa: E402
import train_release  # noqa: E402
from pytorch_metric_learning.distances import LpDistance  # noqa: E402
from pytorch_metric_learning.miners import BatchHardMiner  # noqa: E402
from torch import Tensor  # noqa: E402
from triplets import HardTripletsSampler, find_value_ids  # noqa: E402

P, K, DIMS = 64, 16, 64
TURNS, CALLS = 12, 5  # a loop is called once a turn
LEAST_SPEEDUP, MOST_OF_MINER = 50, 1.2  # what the lab promises
ALPHABETS = {c: c // 8 for c in range(P)}
BETA = 0.1


def hard_triplets(features: Tensor, labels: list[int]) -> tuple[list[int], list[int], list[int]]:
    """Indices of anchors, positives and negatives, one anchor at a time."""
    distances = torch.cdist(features, features)
    everyone = set(range(len(labels)))
    anchors, positives, negatives = [], [], []
    for anchor, label in enumerate(labels):
        same = set(find_value_ids(it=labels, value=label))
        own, others = list(same - {anchor}), list(everyone - same)
        anchors.append(anchor)
        positives.append(own[distances[anchor, own].argmax()])
        negatives.append(others[distances[anchor, others].argmin()])
    return anchors, positives, negatives


def hard_cluster(features: Tensor, labels: list[int]) -> tuple[Tensor, Tensor, Tensor]:
    """Means, farthest own samples and nearest other means, one class, sample and mean at a time."""
    members = {c: find_value_ids(it=labels, value=c) for c in sorted(set(labels))}
    means = {c: torch.stack([features[i] for i in own]).mean(dim=0) for c, own in members.items()}
    rows = []
    for c, mean in means.items():
        farthest = max(members[c], key=lambda i, mean=mean: (features[i] - mean).norm().item())
        others = [other for label, other in means.items() if label != c]
        nearest = min(others, key=lambda other, mean=mean: (other - mean).norm().item())
        rows.append((mean, features[farthest], nearest))
    anchors, positives, negatives = map(torch.stack, zip(*rows, strict=True))
    return anchors, positives, negatives


def hierarchical_loss(features: Tensor, labels: list[int]) -> Tensor:
    """Triplets, spread of each class over all its ordered pairs, then margin and hinge of each triplet."""
    spread = {}
    for c in set(labels):
        pairs = itertools.permutations(find_value_ids(it=labels, value=c), 2)
        squares = [(features[i] - features[j]).square().sum() for i, j in pairs]
        spread[c] = sum(squares) / len(squares)
    d0 = sum(spread.values()) / len(spread)
    hinges = []
    for anchor, positive, negative in zip(*hard_triplets(features, labels), strict=True):
        own, other = labels[anchor], labels[negative]
        level = 1 if ALPHABETS[own] == ALPHABETS[other] else 2
        margin = BETA + level * (4 - d0) / 16 + d0 - spread[own]
        near, far = ((features[anchor] - features[i]).square().sum() for i in (positive, negative))
        hinges.append((near - far + margin).clamp(min=0))
    return sum(hinges) / len(hinges)


def shortest(calls: dict[str, Callable[[], object]], times: int, best: dict[str, float]) -> None:
    """Lower each name's time in `best`, CPU seconds, to the shortest of these calls."""
    for name, call in calls.items():
        for _ in range(times):
            began = time.process_time()
            call()
            best[name] = min(best.get(name, float("inf")), time.process_time() - began)


def main() -> None:
    """Measure and print a table; exit 1 where a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=1)
    torch.set_num_threads(parser.parse_args().threads)
    torch.manual_seed(42)
    made = train_release.namespace()
    features = torch.nn.functional.normalize(torch.randn(P * K, DIMS), dim=1)
    label = torch.arange(P).repeat_interleave(K)[torch.randperm(P * K)]
    labels = label.tolist()
    hard, cluster = HardTripletsSampler(), made["HardClusterTripletsSampler"]()
    hierarchical = made["HierarchicalTripletMarginLossWithSampler"](hard, ALPHABETS, BETA)
    miner = BatchHardMiner(distance=LpDistance(normalize_embeddings=False))
    ours: dict[str, Callable[[], object]] = {
        "HardTripletsSampler": lambda: hard.sample_ids(features, labels),
        "HardClusterTripletsSampler": lambda: cluster.sample(features, labels),
        "hierarchical loss, whole": lambda: hierarchical(features, label),
    }
    loops: dict[str, Callable[[], object]] = {
        "HardTripletsSampler": lambda: hard_triplets(features, labels),
        "HardClusterTripletsSampler": lambda: hard_cluster(features, labels),
        "hierarchical loss, whole": lambda: hierarchical_loss(features, labels),
    }
    mined = {"the miner": lambda: miner(features, label)}

    for name, call in ours.items():
        torch.testing.assert_close(call(), loops[name]())
    assert tuple(ids.tolist() for ids in miner(features, label)) == hard_triplets(features, labels)

    fast: dict[str, float] = {}
    slow: dict[str, float] = {}
    for _ in range(TURNS):
        shortest(ours | mined, CALLS, fast)
        shortest(loops, 1, slow)
    print(f"batch {P * K}, {DIMS} features, {torch.get_num_threads()} thread(s), torch {torch.__version__}")
    print(f"batch-hard miner of pytorch-metric-learning: {1000 * fast['the miner']:.2f} ms")
    print(f"{'':<28}{'ms':>8}{'as a loop, ms':>16}{'times faster':>15}{'of the miner':>15}")
    kept = True
    for name in ours:
        speedup, of_miner = slow[name] / fast[name], fast[name] / fast["the miner"]
        kept &= speedup >= LEAST_SPEEDUP and of_miner <= MOST_OF_MINER
        print(
            f"{name:<28}{1000 * fast[name]:>8.2f}{1000 * slow[name]:>16.2f}{speedup:>15.0f}{of_miner:>15.2f}"
        )
    print(f"at least {LEAST_SPEEDUP} times as fast as its loop, at most {MOST_OF_MINER} of the miner: {kept}")
    sys.exit(not kept)


if __name__ == "__main__":
    main()
