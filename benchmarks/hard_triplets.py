"""How fast the samplers of the hard-triplets lab are, as ratios.

    python benchmarks/hard_triplets.py [--threads N]

A batch of 1,024 (64 classes of 16 samples) with 64 features, as in the lab's full setting. Compared are the
given `HardTripletsSampler` and the reference answers with two others: the loop over anchors that builds sets
of indices, as the sampler was written in Catalyst, and the batch-hard miner of pytorch-metric-learning. They
take turns, some calls each, so that a busy machine disturbs them alike; a time is the shortest of all calls,
in CPU time.
"""

import argparse
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
from triplets import HardTripletsSampler, find_value_ids  # noqa: E402

P, K, DIMS = 64, 16, 64
TURNS, CALLS = 12, 5
LEAST_SPEEDUP, MOST_OF_MINER = 50, 1.2  # what the lab promises


def loop_over_anchors(features: torch.Tensor, labels: list[int]) -> tuple[list[int], list[int], list[int]]:
    """Hard triplets, one anchor at a time, by sets of indices."""
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


def shortest(calls: dict[str, Callable[[], object]]) -> dict[str, float]:
    """The shortest CPU time of each call in seconds."""
    best = dict.fromkeys(calls, float("inf"))
    for _ in range(TURNS):
        for name, call in calls.items():
            for _ in range(CALLS):
                began = time.process_time()
                call()
                best[name] = min(best[name], time.process_time() - began)
    return best


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
    miner = BatchHardMiner(distance=LpDistance(normalize_embeddings=False))
    alphabets = {c: c // 8 for c in range(P)}
    hierarchical = made["HierarchicalTripletMarginLossWithSampler"](hard, alphabets)
    anchors, positives, negatives = hard.sample_ids(features, labels)
    assert (anchors, positives, negatives) == loop_over_anchors(features, labels)
    assert [ids.tolist() for ids in miner(features, label)] == [anchors, positives, negatives]

    seconds = shortest(
        {
            "loop over anchors": lambda: loop_over_anchors(features, labels),
            "pytorch-metric-learning": lambda: miner(features, label),
            "HardTripletsSampler": lambda: hard.sample_ids(features, labels),
            "HardClusterTripletsSampler": lambda: cluster.sample(features, labels),
            "hierarchical margins": lambda: hierarchical.margins(features, label, anchors, negatives),
            "hierarchical loss, whole": lambda: hierarchical(features, label),
        }
    )
    print(f"batch {P * K}, {DIMS} features, {torch.get_num_threads()} thread(s), torch {torch.__version__}")
    print(f"{'':<28}{'ms':>9}{'loop is ... times slower':>27}{'of the miner':>15}")
    loop, mined = seconds["loop over anchors"], seconds["pytorch-metric-learning"]
    for name, one in seconds.items():
        print(f"{name:<28}{1000 * one:>9.2f}{loop / one:>27.0f}{one / mined:>15.2f}")
    promised = ("HardTripletsSampler", "HardClusterTripletsSampler", "hierarchical margins")
    kept = all(
        loop / seconds[name] >= LEAST_SPEEDUP and seconds[name] / mined <= MOST_OF_MINER for name in promised
    )
    print(f"at least {LEAST_SPEEDUP} times as fast as the loop, at most {MOST_OF_MINER} of the miner: {kept}")
    sys.exit(not kept)


if __name__ == "__main__":
    main()
