"""Train and measure the lab's network on the real AT&T faces.

    COURSE_DATA=... python solutions/siamese/train_release.py folds --out runs/siamese
    COURSE_DATA=... python solutions/siamese/train_release.py release --out runs/siamese --machine ...

`folds` holds out eight of the 40 people at a time and measures what the lab's page states, for a wider
embedding and for the lab's two output dimensions. It resumes by itself: each training leaves a checkpoint
after every ten epochs. `release` trains on the published training part of 37 people.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "assignments/siamese")]

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from verification import SIZE, distances, one_shot, roc

from data_utils.faces import FaceFolders, find_faces, read_people
from data_utils.manifest import record
from data_utils.seeding import seed_everything

FIXTURES = ROOT / "fixtures/siamese"
RELEASED = FIXTURES / "checkpoints/siamese-release.pth"
SEED = 42
FOLDS = 5
PAIRS, BATCH = 500, 64

# Numbers of the pictures in a batch, then for each pair the places of its first and its second in there.
Batch = tuple[Tensor, Tensor, Tensor]


def lab_network() -> nn.Sequential:
    """The lab's network, to two dimensions."""
    return nn.Sequential(
        *(nn.Conv2d(1, 96, 5, 2), nn.BatchNorm2d(96), nn.ReLU(), nn.MaxPool2d(3, 2)),
        *(nn.Conv2d(96, 64, 3, 2), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(2, 2), nn.Flatten()),
        *(nn.Linear(3136, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 32), nn.ReLU()),
        nn.Linear(32, 2),
    )


class WideNetwork(nn.Module):
    """The lab's network up to its 128 outputs, brought to length one.

    Each picture (B, 1, 128, 128) is standardised, so that its light and contrast do not matter; in eval mode
    it has the mean of its own and its mirror image's outputs.
    """

    def __init__(self) -> None:
        super().__init__()
        self.layers = lab_network()[:12]

    def forward(self, images: Tensor) -> Tensor:
        """Embeddings (B, 128)."""
        spread, mean = torch.std_mean(images, dim=(1, 2, 3), keepdim=True)
        images = ((images - mean) / (spread + 1e-3)).contiguous(memory_format=torch.channels_last)
        views = [images] if self.training else [images, images.flip(-1)]
        return torch.stack([F.normalize(self.layers(view).float(), dim=1) for view in views]).mean(dim=0)


def drawn_pairs(people: int, pictures: int) -> Iterator[Batch]:
    """500 pairs, half of them of one person, each of two pictures of its own."""
    person, picture = torch.randint(people, (PAIRS,)), torch.randint(pictures, (PAIRS,))
    different = torch.rand(PAIRS) < 0.5
    another = (person + torch.randint(1, people, (PAIRS,))) % people
    first = person * pictures + picture
    second = torch.where(different, another, person) * pictures + torch.randint(pictures, (PAIRS,))
    for rows in torch.arange(PAIRS).split(BATCH):
        yield torch.cat([first[rows], second[rows]]), *torch.arange(2 * len(rows)).chunk(2)


def pairs_of_many(
    people: int, pictures: int, batches: int = 8, ways: int = 16, shots: int = 4
) -> Iterator[Batch]:
    """Batches of `shots` pictures each of `ways` people, in all their pairs, those of one person repeated.

    So half of the pairs are of one person here, too.
    """
    one, other = torch.triu_indices(ways * shots, ways * shots, 1)
    same = one // shots == other // shots
    again = int((~same).sum() / same.sum())
    one, other = (torch.cat([side[~same], side[same].repeat(again)]) for side in (one, other))
    for _ in range(batches):
        person = torch.randperm(people)[:ways, None]
        picture = torch.rand(ways, pictures).argsort(dim=1)[:, :shots]
        yield (person * pictures + picture).flatten(), one, other


@dataclass(frozen=True)
class Recipe:
    """How a network is made and trained."""

    network: Callable[[], nn.Module]
    batches: Callable[[int, int], Iterator[Batch]]  # an epoch's, for so many people and pictures of each
    margin: float
    rates: dict[type[nn.Module], float]  # at which Adam begins, by kind of layer
    epochs: int
    seeds: tuple[int, ...]


EVEN = {nn.Conv2d: 1e-3, nn.BatchNorm2d: 1e-3, nn.Linear: 1e-3}
SLOW = {nn.Conv2d: 3e-5, nn.BatchNorm2d: 3e-5, nn.Linear: 1e-3}  # the convolutions overfit first
RECIPES = {
    # With the root of 2, two people at right angles are far enough apart.
    "wide": Recipe(WideNetwork, pairs_of_many, margin=2**0.5, rates=SLOW, epochs=15, seeds=(SEED, SEED + 1)),
    "lab": Recipe(lab_network, drawn_pairs, margin=3.0, rates=EVEN, epochs=60, seeds=(SEED,)),
}


def contrastive_loss(one: Tensor, other: Tensor, different: Tensor, margin: float) -> Tensor:
    """Mean over pairs (B, D) of D^2 for the same person, of max(0, margin - D)^2 for two."""
    distance = F.pairwise_distance(one, other)
    apart = (margin - distance).clamp(min=0)
    return torch.where(different, apart.square(), distance.square()).mean()


def augmented(images: Tensor) -> Tensor:
    """Mirrored or not, turned, scaled and moved a little, lighter or darker."""
    count = len(images)
    angle = torch.empty(count).uniform_(-0.14, 0.14)  # radians: 8 degrees
    scale, stretch = torch.empty(2, count).uniform_(0.88, 1.12)
    mirror = torch.where(torch.rand(count) < 0.5, -1.0, 1.0)
    shift = torch.empty(2, count).uniform_(-0.12, 0.12)  # of half the width
    cosine, sine = angle.cos(), angle.sin()
    rows = [
        cosine * scale * mirror,
        -sine * stretch,
        shift[0],
        sine * scale * mirror,
        cosine * stretch,
        shift[1],
    ]
    theta = torch.stack(rows, dim=1).view(count, 2, 3)
    grid = F.affine_grid(theta, list(images.shape), align_corners=False)
    moved = F.grid_sample(images, grid, padding_mode="border", align_corners=False)
    contrast, light = torch.empty(2, count, 1, 1, 1).uniform_(-0.2, 0.2)
    return (moved - 0.5) * (1 + contrast) + 0.5 + light


def train(images: Tensor, name: str, saved: Path, seed: int = SEED) -> nn.Module:
    """The network `name` after its epochs on pairs of `images` (people, pictures, 1, 128, 128)."""
    seed_everything(seed)
    recipe = RECIPES[name]
    epochs = recipe.epochs
    net = recipe.network().to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(
        [
            {"params": layer.parameters(), "lr": rate}
            for layer in net.modules()
            for kind, rate in recipe.rates.items()
            if isinstance(layer, kind)
        ]
    )
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    done = 0
    if saved.exists():
        state = torch.load(saved, weights_only=True)
        net.load_state_dict(state["net"])
        optimizer.load_state_dict(state["optimizer"])
        schedule.load_state_dict(state["schedule"])
        torch.set_rng_state(state["rng"])
        done = state["epoch"]
    people, pictures = images.shape[:2]
    flat = images.flatten(0, 1)
    net.train()
    for epoch in range(done + 1, epochs + 1):
        started, losses = time.process_time(), []
        for numbers, one, other in recipe.batches(people, pictures):
            batch = augmented(flat[numbers])
            # Convolutions in bfloat16, the loss in float32: less than half the time on CPUs that have it.
            with torch.autocast("cpu", dtype=torch.bfloat16):
                points = net(batch.contiguous(memory_format=torch.channels_last)).float()
            person = numbers // pictures
            loss = contrastive_loss(points[one], points[other], person[one] != person[other], recipe.margin)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        schedule.step()
        print(f"{saved.stem} epoch {epoch} loss {sum(losses) / len(losses):.4f} "
              f"cpu {time.process_time() - started:.1f} s", flush=True)  # fmt: skip
        if epoch % 10 == 0:
            state = {"net": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}
            state |= {"schedule": schedule.state_dict(), "rng": torch.get_rng_state()}
            torch.save(state, saved.with_suffix(".partial"))
            saved.with_suffix(".partial").replace(saved)
    return net


@torch.no_grad()
def embed(net: nn.Module, images: Tensor) -> Tensor:
    """Embeddings (people, pictures, D) in eval mode and in float32."""
    net.eval()
    return torch.stack([net(of_person) for of_person in images])


def figures_of(embeddings: Tensor) -> dict[str, float]:
    """The area under the ROC, and 1-shot accuracies."""
    found = {"area": roc(*distances(embeddings)).area}
    ways = [ways for ways in (2, 5, 8) if ways <= len(embeddings)]
    return found | {f"{k}-way": one_shot(embeddings, k, episodes=4000, seed=SEED) for k in ways}


def real_faces() -> FaceFolders:
    """The real set, or the end."""
    faces = find_faces()
    if faces.source != "att_faces":
        sys.exit("This is about the real faces: set COURSE_DATA to the folder of att_faces.")
    return faces


def folds(out: Path) -> None:
    """Train each network once for each fold and seed; figures into `out` and, in the end, their means."""
    root = real_faces().root
    parts = [read_people(root / part, SIZE).values() for part in ("training", "testing")]
    images = torch.stack([person for part in parts for person in part])
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(SEED))
    for held_out in (order[fold::FOLDS] for fold in range(FOLDS)):
        print("pixels", json.dumps(figures_of(images[held_out].flatten(2))), flush=True)
    for name, seed in [(name, seed) for name, recipe in RECIPES.items() for seed in recipe.seeds]:
        found = []
        for fold in range(FOLDS):
            held_out = order[fold::FOLDS]
            known = torch.tensor([person for person in order.tolist() if person not in held_out])
            net = train(images[known], name, out / f"{name}-{fold}-{seed}.pth", seed)
            found.append(figures_of(embed(net, images[held_out])))
            print(name, "seed", seed, "fold", fold, json.dumps(found[-1]), flush=True)
        for figure in found[0]:
            values = [one[figure] for one in found]
            mean = sum(values) / FOLDS
            print(f"{name} {seed}: {figure} {mean:.3f} ({min(values):.3f} to {max(values):.3f})", flush=True)


def release(out: Path, machine: str) -> None:
    """Train the lab's network on the published training part and write it to `fixtures/`, halved."""
    root = real_faces().root
    images = torch.stack(list(read_people(root / "training", SIZE).values()))
    net = train(images, "lab", out / "release.pth")
    weights = [
        values.half() if values.is_floating_point() else values for values in net.state_dict().values()
    ]
    names = [f"cnn.{n}" if int(n.split(".")[0]) < 9 else f"head.{int(n.split('.')[0]) - 9}.{n.split('.')[1]}"
             for n in net.state_dict()]  # fmt: skip
    torch.save(dict(zip(names, weights, strict=True)), RELEASED)
    figures = figures_of(embed(net, torch.stack(list(read_people(root / "testing", SIZE).values()))))
    print("released, on the three people of `testing`:", json.dumps(figures))
    command = "COURSE_DATA=... python solutions/siamese/train_release.py release --out runs/siamese"
    record(
        FIXTURES,
        RELEASED,
        command=command,
        machine=machine,
        seed=SEED,
        epochs=RECIPES["lab"].epochs,
        trained_on="att_faces",
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("folds", "release"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--machine", default="")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    folds(args.out) if args.what == "folds" else release(args.out, args.machine)
