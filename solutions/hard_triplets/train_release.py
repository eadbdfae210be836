"""Train the three methods of the lab from nothing on the real Omniglot, with the lab's own reference answers.

    COURSE_DATA=... python solutions/hard_triplets/train_release.py train --out runs/hard
    python solutions/hard_triplets/train_release.py ship runs/hard

`train` takes the methods in turn, each with the full schedule; broken off and called again, it goes on where
it stood (at the last validation). `hard_negatives` is the control of `hierarchical`: its triplets with one
margin. The images are turned a batch at a time, which is what the notebook's transform does to one after the
other, in a tenth of the time (`tests/labs/test_hard_triplets.py` compares the two). `ship` enters figures and
weights of what has been trained among the fixtures.
"""

import argparse
import json
import math
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "assignments/hard_triplets"), str(ROOT)]

import torch
from datasets import OmniGlotMLDataset, OmniGlotQGDataset
from evaluation import evaluate
from network import EmbeddingNet
from torch import Tensor
from torch.nn import functional as F
from torch.utils.data import DataLoader
from training import Schedule, fit
from transforms import MAX_ANGLE, MEAN, STD, TURNED, validation_transform
from triplets import BalanceBatchSampler

from autograder.authoring.master import read_master
from autograder.authoring.notebook import solved_notebook
from autograder.course.layout import Assignment
from autograder.sandbox.runner import run_cells
from autograder.submission.extract import cells_from_notebook
from autograder.submission.policy import policy_of
from data_utils.alphabets import Alphabets, read_alphabets
from data_utils.manifest import record
from data_utils.seeding import seed_everything

LAB = Assignment(ROOT, "hard_triplets")
FIXTURES = LAB.fixtures_dir
MARGIN = 0.3
METHODS = ("hard_triplets", "hard_cluster", "hard_negatives", "hierarchical")


def namespace() -> dict:
    """The definitions of the solved notebook, and its hierarchical loss with plain distances.

    From nothing, squared distances fail: their gradient vanishes where points are near.
    """
    notebook = solved_notebook(read_master(LAB.master), LAB.name)
    cells = cells_from_notebook(notebook.encode(), f"{LAB.name}.ipynb", policy_of(notebook))
    made = run_cells(cells, (), definitions_only=True, report=lambda _: None)
    loss = made["HierarchicalTripletMarginLossWithSampler"]
    plain = {"distance": staticmethod(F.pairwise_distance)}
    return made | {"PlainHierarchicalLoss": type("PlainHierarchicalLoss", (loss,), plain)}


def turned(images: Tensor, degrees: Tensor) -> Tensor:
    """Normalised images (B, 1, H, W), each turned about its centre by its own angle, anticlockwise."""
    angle = degrees * (math.pi / 180)
    cos, sin, zero = angle.cos(), angle.sin(), torch.zeros_like(angle)
    maps = torch.stack([torch.stack([cos, -sin, zero], 1), torch.stack([sin, cos, zero], 1)], 1)
    grid = F.affine_grid(maps, list(images.shape), align_corners=False)
    return F.grid_sample(images - 1, grid, align_corners=False) + 1  # outside is paper, which is 1


class TurnedBatches:
    """An epoch of balanced batches, images turned at random; what is left over at the end is left out."""

    def __init__(self, dataset: OmniGlotMLDataset, p: int, k: int) -> None:
        self._sampler = BalanceBatchSampler(dataset.get_labels(), p, k)
        self._images = normalised(dataset)
        self._labels = torch.tensor(dataset.get_labels())

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        size = self._sampler.batch_size
        drawn = torch.tensor(list(self._sampler))
        for indices in drawn[: len(drawn) // size * size].split(size):
            degrees = MAX_ANGLE * (2 * torch.rand(size) - 1) * (torch.rand(size) < TURNED)
            yield turned(self._images[indices], degrees), self._labels[indices]


def normalised(dataset: OmniGlotMLDataset) -> Tensor:
    """All images of a data set, (N, 1, 32, 32)."""
    return (torch.from_numpy(dataset.images).permute(0, 3, 1, 2) / 255 - MEAN) / STD


def criterion(method: str, made: dict, background: Alphabets) -> Callable[[Tensor, Tensor], Tensor]:
    """The loss of a method."""
    if method == "hierarchical":
        alphabets = made["alphabets_of"](background.cls2label)
        return made["PlainHierarchicalLoss"](made["HardNegativeTripletsSampler"](), alphabets)
    sampler = {
        "hard_triplets": "HardTripletsSampler",
        "hard_cluster": "HardClusterTripletsSampler",
        "hard_negatives": "HardNegativeTripletsSampler",
    }[method]
    return made["TripletMarginLossWithSampler"](MARGIN, made[sampler]())


def train(out: Path, methods: Sequence[str], seed: int, schedule: Schedule) -> None:
    """Train each method; `METHOD.json` with the figures and `METHOD.pth` with the network go into `out`."""
    out.mkdir(parents=True, exist_ok=True)
    made = namespace()
    background = read_alphabets("background", source="omniglot")
    evaluation = read_alphabets("evaluation", source="omniglot")
    learned = OmniGlotMLDataset(background.image_paths, background.labels)
    judged = OmniGlotQGDataset(evaluation.image_paths, evaluation.labels, validation_transform())
    batches = TurnedBatches(learned, p=64, k=16)
    validation = list(DataLoader(judged, batch_size=256))
    for method in methods:
        seed_everything(seed)
        net = EmbeddingNet()
        history = fit(
            net,
            criterion(method, made, background),
            batches,
            lambda net: evaluate(net, validation),
            schedule,
            f"{method}-{seed}",
            checkpoint=out / f"{method}.training",
        )
        rows = [{key: round(value, 4) for key, value in row.items()} for row in history]
        (out / f"{method}.json").write_text(json.dumps(rows, indent=1) + "\n")
        torch.save(net.state_dict(), out / f"{method}.pth")
        print(f"{method}, seed {seed}: {rows[-1]}", flush=True)


def ship(trained: Path, seed: int) -> None:
    """Copy figures and networks into the lab and say in the manifest what they are."""
    finished = [method for method in METHODS if (trained / f"{method}.json").exists()]
    if not finished:
        raise SystemExit(f"No training is finished in {trained}.")
    (FIXTURES / "released").mkdir(exist_ok=True)
    for method in finished:
        last = json.loads((trained / f"{method}.json").read_text())[-1]
        for name in (f"{method}.json", f"{method}.pth"):
            target = FIXTURES / "released" / name
            shutil.copyfile(trained / name, target)
            command = "COURSE_DATA=... python solutions/hard_triplets/train_release.py train --out runs/hard"
            record(FIXTURES, target, command=command, seed=seed, trained_on="omniglot", **last)
        print(method, last)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--threads", type=int, default=1)
    commands = parser.add_subparsers(dest="command", required=True)
    training = commands.add_parser("train")
    training.add_argument("--out", type=Path, required=True)
    training.add_argument("--methods", nargs="+", choices=METHODS, default=METHODS)
    training.add_argument("--epochs", type=int, default=Schedule.epochs)
    commands.add_parser("ship").add_argument("trained", type=Path)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    if args.command == "train":
        train(args.out, args.methods, args.seed, Schedule(epochs=args.epochs))
    else:
        ship(args.trained, args.seed)


if __name__ == "__main__":
    main()
