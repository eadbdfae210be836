"""Train and measure the lab's network on the real AT&T faces.

    COURSE_DATA=... python solutions/siamese/train_release.py folds --out runs/siamese
    COURSE_DATA=... python solutions/siamese/train_release.py release --out runs/siamese --machine ...

`folds` holds out eight of the 40 people at a time and measures what the lab's page states, for the lab's
two output dimensions and for a wider embedding. It resumes by itself: each training leaves a checkpoint after
every ten epochs. `release` trains on the published training part of 37 people.
"""

import argparse
import json
import sys
import time
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
EPOCHS = {"wide": 20, "lab": 60}  # the wide one knows its people by heart earlier
SEEDS = {"wide": 3, "lab": 1}  # networks whose embeddings are put side by side
PAIRS, BATCH, MARGIN, RATE = 500, 64, 3.0, 1e-3


def network(name: str) -> nn.Sequential:
    """The lab's network, to two dimensions; `wide` ends with its 128, without a ReLU."""
    lab = nn.Sequential(
        *(nn.Conv2d(1, 96, 5, 2), nn.BatchNorm2d(96), nn.ReLU(), nn.MaxPool2d(3, 2)),
        *(nn.Conv2d(96, 64, 3, 2), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(2, 2), nn.Flatten()),
        *(nn.Linear(3136, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 32), nn.ReLU()),
        nn.Linear(32, 2),
    )
    return lab[:12] if name == "wide" else lab


def contrastive_loss(one: Tensor, other: Tensor, different: Tensor) -> Tensor:
    """Mean over pairs (B, D) of D^2 for the same person, of max(0, margin - D)^2 for two."""
    distance = F.pairwise_distance(one, other)
    apart = (MARGIN - distance).clamp(min=0)
    return torch.where(different, apart.square(), distance.square()).mean()


def draw_pairs(people: int, pictures: int, pairs: int) -> tuple[Tensor, Tensor, Tensor]:
    """Numbers of the first and second picture (pairs,), and whether they show different people."""
    person, picture = torch.randint(people, (pairs,)), torch.randint(pictures, (pairs,))
    different = torch.rand(pairs) < 0.5
    another = (person + torch.randint(1, people, (pairs,))) % people
    second = torch.where(different, another, person)
    return person * pictures + picture, second * pictures + torch.randint(pictures, (pairs,)), different


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
    """The network `name` after its epochs of 500 pairs of `images` (people, pictures, 1, 128, 128)."""
    seed_everything(seed)
    epochs = EPOCHS[name]
    net = network(name).to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(net.parameters(), lr=RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    done = 0
    if saved.exists():
        state = torch.load(saved, weights_only=True)
        net.load_state_dict(state["net"])
        optimizer.load_state_dict(state["optimizer"])
        schedule.load_state_dict(state["schedule"])
        torch.set_rng_state(state["rng"])
        done = state["epoch"]
    flat = images.flatten(0, 1)
    net.train()
    for epoch in range(done + 1, epochs + 1):
        started, losses = time.process_time(), []
        first, second, different = draw_pairs(*images.shape[:2], PAIRS)
        for rows in torch.arange(PAIRS).split(BATCH):
            batch = augmented(torch.cat([flat[first[rows]], flat[second[rows]]]))
            # Convolutions in bfloat16, the loss in float32: less than half the time on CPUs that have it.
            with torch.autocast("cpu", dtype=torch.bfloat16):
                embeddings = net(batch.contiguous(memory_format=torch.channels_last))
            loss = contrastive_loss(*embeddings.float().chunk(2), different[rows])
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
    for name in EPOCHS:
        found = []
        for fold in range(FOLDS):
            held_out = order[fold::FOLDS]
            known = torch.tensor([person for person in order.tolist() if person not in held_out])
            seeds = range(SEED, SEED + SEEDS[name])
            nets = [train(images[known], name, out / f"{name}-{fold}-{seed}.pth", seed) for seed in seeds]
            embeddings = [embed(net, images[held_out]) for net in nets]
            figures = figures_of(embeddings[0])
            figures["area, all seeds"] = figures_of(torch.cat(embeddings, dim=2))["area"]
            figures["area of pixels"] = figures_of(images[held_out].flatten(2))["area"]
            found.append(figures)
            print(name, "fold", fold, json.dumps(figures), flush=True)
        for figure in found[0]:
            values = [one[figure] for one in found]
            mean = sum(values) / FOLDS
            print(f"{name}: {figure} {mean:.3f} ({min(values):.3f} to {max(values):.3f})", flush=True)


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
        epochs=EPOCHS["lab"],
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
