"""Train and measure the released encoder of the BYOL lab on the real STL-10.

    COURSE_DATA=... python solutions/byol/train_release.py train --out runs/byol --epochs 75
    COURSE_DATA=... python solutions/byol/train_release.py measure runs/byol/latest.pth --out runs/byol
    COURSE_DATA=... python solutions/byol/train_release.py release runs/byol/latest.pth --machine ...

`train` sees the 5,000 training images and none of their labels. It resumes by itself: after every epoch it
leaves `latest.pth`, with optimiser and generators in it. `measure` compares the encoder with the same network
from scratch, on labelled training images drawn by a seed, and on the whole test part.
"""

import argparse
import copy
import math
import sys
import time
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "assignments/byol"), str(ROOT / "solutions/byol"), str(ROOT)]

from batched import T_PRIME, T, augment
from encoder import SmallResNet

from data_utils.seeding import seed_everything
from data_utils.stl10 import find_stl10, read_part

SEED = 42
WIDTH, RESOLUTION = 32, 64
BATCH = 64
RATE, DECAY = 1e-3, 1e-4
TAU = 0.99  # at the start; 1 at the end


def head(inputs: int) -> nn.Sequential:
    """Projector or predictor: Linear, BatchNorm, ReLU, Linear."""
    return nn.Sequential(nn.Linear(inputs, 1024), nn.BatchNorm1d(1024), nn.ReLU(), nn.Linear(1024, 256))


def autocast() -> torch.autocast:
    """Convolutions in bfloat16: 0.6 of the time on CPUs that have it."""
    return torch.autocast("cpu", dtype=torch.bfloat16)


def train(out: Path, epochs: int) -> None:
    """BYOL with Adam, the learning rate along half a cosine after one epoch of warm-up."""
    seed_everything(SEED)
    found = find_stl10()
    print(found, flush=True)
    images = torch.from_numpy(read_part(found, "train")[0].copy())
    online = nn.Sequential(SmallResNet(WIDTH, RESOLUTION), head(8 * WIDTH))
    online = online.to(memory_format=torch.channels_last)
    target = copy.deepcopy(online).requires_grad_(False)
    predictor = head(256)
    weights = [*online.parameters(), *predictor.parameters()]
    optimizer = torch.optim.AdamW(weights, lr=RATE, weight_decay=DECAY)
    steps = len(images) // BATCH
    parts = {"online": online, "target": target, "predictor": predictor, "optimizer": optimizer}
    out.mkdir(parents=True, exist_ok=True)

    done = 0
    if (latest := out / "latest.pth").exists():
        state = torch.load(latest, weights_only=True)
        for name, part in parts.items():
            part.load_state_dict(state[name])
        torch.set_rng_state(state["rng"])
        done = state["epochs"]
    for epoch in range(done, epochs):
        started, losses, spread = time.monotonic(), 0.0, 0.0
        for step, rows in enumerate(torch.randperm(len(images))[: steps * BATCH].view(steps, BATCH)):
            passed = (epoch * steps + step) / (epochs * steps)
            rate = RATE * min(1.0, passed * epochs) * (math.cos(math.pi * passed) + 1) / 2
            for group in optimizer.param_groups:
                group["lr"] = rate
            batch = images[rows].float() / 255
            views = [augment(batch, RESOLUTION, recipe) for recipe in (T, T_PRIME)]
            views = [view.to(memory_format=torch.channels_last) for view in views]
            loss, deviation = both_ways(online, target, predictor, views)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            tau = 1 - (1 - TAU) * (math.cos(math.pi * passed) + 1) / 2
            with torch.no_grad():
                for ours, theirs in zip(target.parameters(), online.parameters(), strict=True):
                    ours.lerp_(theirs, 1 - tau)
            losses += loss.item() / steps
            spread += deviation / steps
        line = f"epoch {epoch + 1} loss {losses:.4f} deviation {spread:.4f} {time.monotonic() - started:.0f} s"
        if (epoch + 1) % 10 == 0:
            labels = torch.from_numpy(read_part(found, "train")[1].copy())
            line += f" neighbours {neighbours(features(online[0], images), labels):.4f}"
        print(line, flush=True)
        state = {name: part.state_dict() for name, part in parts.items()}
        state |= {"rng": torch.get_rng_state(), "epochs": epoch + 1, "trained_on": found.source}
        torch.save(state, f"{latest}.partial")
        Path(f"{latest}.partial").replace(latest)


def both_ways(
    online: nn.Module, target: nn.Module, predictor: nn.Module, views: list[Tensor]
) -> tuple[Tensor, float]:
    """BYOL's loss, mean over the images, and the deviation of the target's normalised projections.

    The deviation is over the batch, times the root of the dimension: 1 for directions without pattern, 0 where
    everything is mapped to one.
    """
    loss, deviation = torch.zeros(()), 0.0
    for one, other in (views, views[::-1]):
        with torch.no_grad(), autocast():
            wanted = F.normalize(target(other).float(), dim=1)
        with autocast():
            predicted = predictor(online(one))
        loss = loss + 2 - 2 * (F.normalize(predicted.float(), dim=1) * wanted).sum(dim=1).mean()
        deviation += wanted.std(dim=0).mean().item() * wanted.shape[1] ** 0.5 / 2
    return loss, deviation


@torch.no_grad()
def features(encoder: nn.Module, images: Tensor) -> Tensor:
    """Features (N, D) of byte images (N, 3, 96, 96), in eval mode."""
    from batched import normalise

    mode = encoder.training
    encoder.eval()
    with autocast():
        parts = [
            encoder(normalise(batch.float() / 255).to(memory_format=torch.channels_last)).float()
            for batch in images.split(250)
        ]
    encoder.train(mode)
    return torch.cat(parts)


def neighbours(values: Tensor, labels: Tensor, count: int = 20) -> float:
    """Share of images whose nearest others by the cosine, `count` of them, vote for the right class."""
    values = F.normalize(values, dim=1)
    similar = values @ values.T
    similar.fill_diagonal_(-2)
    votes = F.one_hot(labels[similar.topk(count).indices], 10).sum(dim=1)
    return (votes.argmax(dim=1) == labels).float().mean().item()


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    sub = commands.add_parser("train")
    sub.add_argument("--out", type=Path, required=True)
    sub.add_argument("--epochs", type=int, default=75)
    args = parser.parse_args()
    torch.set_num_threads(1)
    train(args.out, args.epochs)


if __name__ == "__main__":
    main()
