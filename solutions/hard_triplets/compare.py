"""Go on from a trained network in each of the lab's ways, with the lab's own reference answers.

    python solutions/hard_triplets/compare.py start --out runs/compare
    python solutions/hard_triplets/compare.py tune --out runs/compare [--ways ...] [--seeds 0 1 2]
    python solutions/hard_triplets/compare.py table --out runs/compare

`start` trains the network on the drawn scripts as the notebook's short setting does, but for the turned
drawings, or with `--source omniglot` takes the released network of hard triplets. `tune` leaves what it found
of each way and goes on where it stood. `table` prints shares and differences with intervals over queries,
and of the differences over classes.
"""

import argparse
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "assignments/hard_triplets"), str(ROOT / "solutions/hard_triplets"), str(ROOT)]

import torch
from datasets import OmniGlotMLDataset, OmniGlotQGDataset
from evaluation import hits, interval, print_row
from finetuning import Criterion, Tuning, fine_tune, kept_maps, points_at_rest, points_of
from network import EmbeddingNet
from torch import Tensor
from train_release import FIXTURES, MARGIN, namespace, normalised
from training import Schedule, fit
from triplets import BalanceBatchSampler, HardNegativeTripletsSampler, HardTripletsSampler
from triplets import TripletMarginLossWithSampler as OneTripletMargin

from data_utils.alphabets import Alphabets, read_alphabets
from data_utils.seeding import seed_everything

WAYS = ("hard_triplets", "hard_cluster", "hierarchical", "one_margin", "neighbours", "hard_neighbours")
NARROW = ("hierarchical_narrow", "one_margin_narrow")
NARROW_BETA = -0.35
QUERIES = {"glyphs": 0.9, "omniglot": 0.2}  # the share of each class to be judged on, as in the notebook


def loss_of(way: str, made: dict, background: Alphabets) -> Criterion:
    """The loss of a way, as the notebook makes it."""
    if way in ("hard_triplets", "hard_neighbours"):
        return OneTripletMargin(MARGIN, HardTripletsSampler())
    if way == "hard_cluster":
        return lambda features, labels: made["hard_cluster_loss"](features, labels, MARGIN)
    name = "OneMargin" if way.startswith("one_margin") else "HierarchicalTripletMarginLossWithSampler"
    beta = NARROW_BETA if way in NARROW else 0.1
    return made[name](HardNegativeTripletsSampler(), made["alphabets_of"](background.cls2label), beta)


def start(out: Path, source: str) -> None:
    """The trained network, and what its kept blocks make of all drawings."""
    out.mkdir(parents=True, exist_ok=True)
    parts = {part: read_alphabets(part, source=source) for part in ("background", "evaluation")}
    learned, judged = (
        OmniGlotQGDataset(found.image_paths, found.labels, gallery_fraq=QUERIES[source])
        for found in parts.values()
    )
    images, labels = normalised(learned), torch.tensor(learned.targets)
    if source == "omniglot":
        net = EmbeddingNet()
        net.load_state_dict(torch.load(FIXTURES / "released/hard_triplets.pth", weights_only=True))
    else:
        net = _trained(learned, images, labels)
    torch.save(
        {
            "net": net.state_dict(),
            "maps": kept_maps(net, images),
            "labels": labels,
            "judged_maps": kept_maps(net, normalised(judged)),
            "targets": torch.tensor(judged.targets),
            "is_query": torch.tensor(judged.is_query),
        },
        out / "start.pt",
    )


def _trained(learned: OmniGlotMLDataset, images: Tensor, labels: Tensor) -> EmbeddingNet:
    seed_everything(42)
    net = EmbeddingNet(width=2)
    sampler = BalanceBatchSampler(learned.get_labels(), p=32, k=8)

    class Batches:
        def __iter__(self):
            for rows in torch.tensor(list(sampler)).split(sampler.batch_size):
                yield images[rows], labels[rows]

    loss = OneTripletMargin(MARGIN, HardTripletsSampler())
    fit(net, loss, Batches(), lambda net: {}, Schedule(epochs=20, milestones=(15,)), "start")
    return net


def tune(out: Path, source: str, ways: list[str], seeds: list[int]) -> None:
    """Fine-tune by each way with each seed; `WAY.pt` has the hits (S, Q, 3) and what became of the hinges."""
    state = torch.load(out / "start.pt", weights_only=True)
    net = EmbeddingNet(width=1 if source == "omniglot" else 2)
    net.load_state_dict(state["net"])
    background, made = read_alphabets("background", source=source), namespace()
    for way in ways:
        if (out / f"{way}.pt").exists():
            continue
        found, started = [], time.process_time()
        tuning = Tuning() if way.endswith("neighbours") else Tuning(kin=1)
        loss = loss_of(way, made, background)
        for seed in seeds:
            seed_everything(seed)
            head = fine_tune(net, state["maps"], state["labels"], loss, tuning)
            points = points_at_rest(head, state["judged_maps"])
            found.append(hits(points, state["targets"], state["is_query"]))
        rows = torch.tensor(list(BalanceBatchSampler(state["labels"].tolist(), p=32, k=8))[:256])
        with torch.no_grad():
            points, labels = points_of(head, state["maps"][rows]), state["labels"][rows]
        torch.save(
            {"hits": torch.stack(found), "hinges": hinges(way, loss, points, labels)}, out / f"{way}.pt"
        )
        print(
            f"{way}: {(time.process_time() - started) / len(seeds):.1f} s of processor for each seed",
            flush=True,
        )


def hinges(way: str, loss: Criterion, points: Tensor, labels: Tensor) -> str:
    """Of the triplets of a batch: how many are open, and how many would be with any margin."""
    if not hasattr(loss, "margins"):
        return ""
    anchors, positives, negatives = loss.sampler_inbatch.sample_ids(points, labels)
    lead = (points[anchors] - points[positives]).square().sum(dim=1)
    lead = lead - (points[anchors] - points[negatives]).square().sum(dim=1)
    margins = loss.margins(points, labels, anchors, negatives)
    is_open, is_late = (lead > -margins).float().mean(), (lead > 0).float().mean()
    return f"margins {margins.min():.2f} to {margins.max():.2f}; {is_open:.1%} open, {is_late:.1%} with any"


def table(out: Path) -> None:
    """Shares and differences of whatever has been tuned."""
    state = torch.load(out / "start.pt", weights_only=True)
    net = EmbeddingNet(state["net"]["blocks.0.0.weight"].shape[0] // 4)
    net.load_state_dict(state["net"])
    before = points_at_rest(net.blocks[3:], state["judged_maps"])
    found = {"start": hits(before, state["targets"], state["is_query"])[None]}
    for way in (*WAYS, *NARROW):
        if (out / f"{way}.pt").exists():
            kept = torch.load(out / f"{way}.pt", weights_only=True)
            found[way] = kept["hits"]
            print(f"{way}: {kept['hinges']}")
    for way, of_way in found.items():
        print_row(way, of_way)
    of_class = int(state["is_query"].sum()) // len(state["targets"].unique())
    for way, control in (
        *((way, "hard_triplets") for way in ("start", "hard_cluster", "hierarchical", *WAYS[4:])),
        *((way, "hierarchical") for way in WAYS[3:5]),
        ("neighbours", "hard_neighbours"),
        NARROW,
    ):
        if way in found and control in found:
            for column, k in enumerate((1, 5, 10)):
                apart = found[way][..., column].double() - found[control][..., column].double()
                mean, low, high = interval(apart)
                _, least, most = interval(apart, of_class)
                print(
                    f"{way} less {control}, CMC@{k}: {mean:+.3f} [{low:+.3f}, {high:+.3f}], "
                    f"over classes [{least:+.3f}, {most:+.3f}]"
                )


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("command", choices=("start", "tune", "table"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--source", choices=("glyphs", "omniglot"), default="glyphs")
    parser.add_argument("--ways", nargs="+", choices=WAYS + NARROW, default=WAYS + NARROW)
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    args = parser.parse_args()
    torch.set_num_threads(1)
    if args.command == "start":
        start(args.out, args.source)
    elif args.command == "tune":
        tune(args.out, args.source, args.ways, args.seeds)
    else:
        table(args.out)


if __name__ == "__main__":
    main()
