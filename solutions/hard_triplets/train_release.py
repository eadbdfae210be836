"""Train the three methods of the lab on the real Omniglot, with the lab's own reference answers.

    COURSE_DATA=... python solutions/hard_triplets/train_release.py train --out runs/hard_triplets
    python solutions/hard_triplets/train_release.py ship runs/hard_triplets

`train` takes the methods in turn, each with the full schedule; broken off and called again, it goes on where
it stood (at the last validation). The images are turned a batch at a time: the same as what the notebook's
transform does to each image, in a tenth of the time (`tests/labs/test_hard_triplets.py` compares the two).
`ship` enters figures and weights among the fixtures.
"""

import argparse
import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "assignments/hard_triplets"), str(ROOT)]

import torch
from datasets import OmniGlotMLDataset, OmniGlotQGDataset
from evaluation import evaluate
from network import EmbeddingNet
from torch import Tensor
from torch.nn import functional as F
from training import Schedule, fit
from transforms import MAX_ANGLE, MEAN, STD, validation_transform
from triplets import BalanceBatchSampler

from autograder.authoring.master import read_master
from autograder.authoring.notebook import solved_notebook
from autograder.course import Assignment
from autograder.sandbox.runner import run_cells
from autograder.submission.extract import cells_from_notebook, policy_of
from data_utils.alphabets import Alphabets, read_alphabets
from data_utils.seeding import seed_everything

LAB = Assignment(ROOT, "hard_triplets")
MARGIN = 0.3
METHODS = ("hard_triplets", "hard_cluster", "hierarchical")


def namespace() -> dict:
    """The definitions of the solved notebook."""
    notebook = solved_notebook(read_master(LAB.master), LAB.name)
    cells = cells_from_notebook(notebook.encode(), f"{LAB.name}.ipynb", policy_of(notebook))
    return run_cells(cells, (), definitions_only=True, report=lambda _: None)


def turned(images: Tensor, degrees: Tensor) -> Tensor:
    """Normalised images (B, 1, H, W), each turned about its centre by its own angle, anticlockwise."""
    angle = degrees * (math.pi / 180)
    cos, sin, zero = angle.cos(), angle.sin(), torch.zeros_like(angle)
    maps = torch.stack([torch.stack([cos, -sin, zero], 1), torch.stack([sin, cos, zero], 1)], 1)
    grid = F.affine_grid(maps, list(images.shape), align_corners=False)
    return F.grid_sample(images - 1, grid, align_corners=False) + 1  # outside is paper, which is 1


class TurnedBatches:
    """An epoch of balanced batches, each image turned at random."""

    def __init__(self, dataset: OmniGlotMLDataset, p: int, k: int) -> None:
        self._sampler = BalanceBatchSampler(dataset.get_labels(), p, k)
        self._images = normalised(dataset)
        self._labels = torch.tensor(dataset.get_labels())

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        for indices in torch.tensor(list(self._sampler)).split(self._sampler.batch_size):
            degrees = MAX_ANGLE * (2 * torch.rand(len(indices)) - 1)
            yield turned(self._images[indices], degrees), self._labels[indices]


def normalised(dataset: OmniGlotMLDataset) -> Tensor:
    """All images of a data set, (N, 1, 32, 32)."""
    return (torch.from_numpy(dataset.images).permute(0, 3, 1, 2) / 255 - MEAN) / STD


def alphabet_of_class(alphabets: Alphabets) -> dict[int, int]:
    names = sorted({name.partition("/")[0] for name in alphabets.cls2label})
    return {label: names.index(name.partition("/")[0]) for name, label in alphabets.cls2label.items()}


def criterion(method: str, made: dict, background: Alphabets):
    """The loss of a method."""
    hard = made["HardTripletsSampler"]()
    if method == "hard_triplets":
        return made["TripletMarginLossWithSampler"](MARGIN, hard)
    if method == "hard_cluster_sampler":
        return made["TripletMarginLossWithSampler"](MARGIN, made["HardClusterTripletsSampler"]())
    if method == "hard_cluster":
        return lambda features, labels: made["hard_cluster_loss"](features, labels, MARGIN)
    return made["HierarchicalTripletMarginLossWithSampler"](hard, alphabet_of_class(background))


def train(out: Path, methods: list[str], seed: int, schedule: Schedule) -> None:
    """Train each method; checkpoints and `METHOD.json` with the figures go into `out`."""
    out.mkdir(parents=True, exist_ok=True)
    made = namespace()
    background = read_alphabets("background", source="omniglot")
    evaluation = read_alphabets("evaluation", source="omniglot")
    learned = OmniGlotMLDataset(background.image_paths, background.labels)
    judged = OmniGlotQGDataset(evaluation.image_paths, evaluation.labels, validation_transform())
    batches = TurnedBatches(learned, p=64, k=16)
    validation = list(torch.utils.data.DataLoader(judged, batch_size=256))
    for method in methods:
        name = f"{method}-{seed}"
        seed_everything(seed)
        net = EmbeddingNet()

        def validate(net, name=name):
            found = evaluate(net, validation)
            with (out / f"{name}.log").open("a") as log:
                print({key: round(value, 4) for key, value in found.items()}, file=log)
            return found

        history = fit(
            net,
            criterion(method, made, background),
            batches,
            validate,
            schedule,
            name,
            checkpoint=out / f"{name}.pth",
        )
        rows = [{key: round(value, 4) for key, value in row.items()} for row in history]
        (out / f"{name}.json").write_text(json.dumps(rows, indent=1) + "\n")
        print(name, rows[-1], flush=True)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    training = commands.add_parser("train")
    training.add_argument("--out", type=Path, required=True)
    training.add_argument("--methods", nargs="+", default=METHODS)
    training.add_argument("--seed", type=int, default=42)
    training.add_argument("--epochs", type=int, default=Schedule.epochs)
    training.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    train(args.out, args.methods, args.seed, Schedule(epochs=args.epochs))


if __name__ == "__main__":
    main()
