"""Train and measure the released encoder of the BYOL lab on the real STL-10.

    COURSE_DATA=... python solutions/byol/train_release.py train --out runs/byol --epochs 60 [--until 8]
    COURSE_DATA=... python solutions/byol/train_release.py linear runs/byol/latest.pth
    COURSE_DATA=... python solutions/byol/train_release.py tune runs/byol/latest.pth
    COURSE_DATA=... python solutions/byol/train_release.py release runs/byol/latest.pth --machine ...

`train` sees the 5,000 training images and none of their labels. It resumes by itself: after every epoch it
leaves `latest.pth`, with optimiser and generators in it. `linear` and `tune` compare the encoder with the
same network with random weights, on labelled training images drawn by a seed, and on the whole test part.
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

from batched import T_PRIME, T, augment, crop_and_flip, normalise
from encoder import SmallResNet
from evaluation import best_layer, few_labels

from data_utils.manifest import record
from data_utils.seeding import seed_everything
from data_utils.stl10 import find_stl10, read_part

FIXTURES = ROOT / "fixtures/byol"
RELEASED = FIXTURES / "byol-release.pth"
SEED = 42
WIDTH, RESOLUTION = 32, 48
BATCH = 64
RATE, MOMENTUM, DECAY = 0.03, 0.9, 5e-4
TAU = 0.99  # at the start; 1 at the end


def head(inputs: int) -> nn.Sequential:
    """Projector or predictor: Linear, BatchNorm, ReLU, Linear."""
    return nn.Sequential(nn.Linear(inputs, 1024), nn.BatchNorm1d(1024), nn.ReLU(), nn.Linear(1024, 256))


def autocast() -> torch.autocast:
    """Convolutions in bfloat16: 0.6 of the time on CPUs that have it."""
    return torch.autocast("cpu", dtype=torch.bfloat16)


def train(out: Path, epochs: int, until: int) -> None:
    """BYOL with SGD, the rate along half a cosine of `epochs` after one of warm-up; stops after epoch
    `until`.
    """
    seed_everything(SEED)
    found = find_stl10()
    print(found, flush=True)
    images = torch.from_numpy(read_part(found, "train")[0].copy())
    online = nn.Sequential(SmallResNet(WIDTH, RESOLUTION), head(8 * WIDTH))
    online = online.to(memory_format=torch.channels_last)
    target = copy.deepcopy(online).requires_grad_(False)
    predictor = head(256)
    weights = [*online.parameters(), *predictor.parameters()]
    optimizer = torch.optim.SGD(weights, lr=RATE, momentum=MOMENTUM, weight_decay=DECAY)
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
    for epoch in range(done, until):
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
        line = (
            f"epoch {epoch + 1} loss {losses:.4f} deviation {spread:.4f} {time.monotonic() - started:.0f} s"
        )
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

    The deviation is over the batch, times the root of the dimension: 1 for directions without pattern, 0
    where everything is mapped to one.
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


def part(split: str) -> tuple[Tensor, Tensor]:
    """Images, bytes, and labels of a part of the real STL-10."""
    folder = find_stl10()
    if folder.source != "stl10":
        raise SystemExit("The figures are those of the real STL-10: set COURSE_DATA to its folder.")
    return tuple(torch.from_numpy(array.copy()) for array in read_part(folder, split))


def new_encoder(seed: int) -> SmallResNet:
    """Random weights, with running statistics of the training images, without which they would tell less."""
    torch.manual_seed(seed)
    encoder = SmallResNet(WIDTH, RESOLUTION).to(memory_format=torch.channels_last).train()
    with torch.no_grad(), autocast():
        for batch in part("train")[0][:1280].split(BATCH):
            encoder(normalise(batch.float() / 255).to(memory_format=torch.channels_last))
    return encoder


def trained_encoder(path: Path) -> SmallResNet:
    """The encoder in a checkpoint of `train`, or the released one."""
    state = torch.load(path, weights_only=True)
    weights = state.get("encoder") or {
        name.removeprefix("0."): values for name, values in state["online"].items() if name.startswith("0.")
    }
    encoder = SmallResNet(WIDTH, RESOLUTION)
    encoder.load_state_dict(weights)
    return encoder.to(memory_format=torch.channels_last)


def linear(encoder: nn.Module, counts: list[int], draws: int) -> dict[int, list[float]]:
    """Test accuracies of linear layers on frozen features, by labels a class: one for each draw of labels."""
    (images, labels), (test_images, test_labels) = part("train"), part("test")
    values, test_values = features(encoder, images), features(encoder, test_images)
    mean, deviation = values.mean(dim=0), values.std(dim=0) + 1e-6
    values, test_values = (values - mean) / deviation, (test_values - mean) / deviation
    found: dict[int, list[float]] = {}
    for count in counts:
        for seed in range(draws if count < 500 else 1):  # all 500 can be drawn in one way only
            rows = few_labels(labels, count, seed)
            layer = best_layer(values[rows], labels[rows], seed)
            right = (layer(test_values).argmax(dim=1) == test_labels).float().mean().item()
            found.setdefault(count, []).append(right)
    return found


def tuned(encoder: nn.Module, count: int, seed: int, steps: int) -> float:
    """Test accuracy after training all weights, from `encoder`'s, on `count` labels a class drawn by `seed`.

    AdamW along half a cosine, batches of 50, crops of 35 % of the area or more and mirror images: the same
    budget and the same rates wherever the weights come from.
    """
    (images, labels), (test_images, test_labels) = part("train"), part("test")
    rows = torch.tensor(few_labels(labels, count, seed))
    torch.manual_seed(seed)
    model = nn.Sequential(copy.deepcopy(encoder), nn.Linear(8 * WIDTH, 10)).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for _ in range(steps):
        drawn = rows[torch.randint(len(rows), (50,))]
        views = normalise(crop_and_flip(images[drawn].float() / 255, RESOLUTION, smallest=0.35))
        with autocast():
            logits = model(views.to(memory_format=torch.channels_last))
        loss = F.cross_entropy(logits.float(), labels[drawn])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    model.eval()
    with torch.no_grad():
        logits = model[1](features(model[0], test_images))
    return (logits.argmax(dim=1) == test_labels).float().mean().item()


def release(path: Path, machine: str, training: str) -> None:
    """Write the encoder, its convolutions in half precision, to `fixtures/` and enter it in the
    manifest.
    """
    state = torch.load(path, weights_only=True)
    weights = trained_encoder(path).state_dict()
    weights = {
        name: (values.half() if values.dim() == 4 else values).contiguous()
        for name, values in weights.items()
    }
    facts = {"trained_on": state["trained_on"], "epochs": state["epochs"], "seed": SEED}
    torch.save({"encoder": weights, **facts}, RELEASED)
    record(FIXTURES, RELEASED, command=training, machine=machine, **facts)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    sub = commands.add_parser("train")
    sub.add_argument("--out", type=Path, required=True)
    sub.add_argument("--epochs", type=int, required=True)
    sub.add_argument("--until", type=int)
    for name in ("linear", "tune", "release"):
        sub = commands.add_parser(name)
        sub.add_argument("checkpoint", type=Path)
        sub.add_argument("--counts", type=int, nargs="+", default=[10, 50, 500])
        sub.add_argument("--draws", type=int, default=5 if name == "linear" else 3)
        sub.add_argument("--steps", type=int, default=300)
        if name == "release":
            sub.add_argument("--machine", required=True)
            sub.add_argument("--training", required=True, help="the commands that trained it")
    args = parser.parse_args()
    torch.set_num_threads(1)
    if args.command == "train":
        train(args.out, args.epochs, args.until or args.epochs)
    elif args.command == "linear":
        encoders = {"BYOL": trained_encoder(args.checkpoint)}
        encoders |= {f"random weights, seed {seed}": new_encoder(seed) for seed in range(3)}
        for name, encoder in encoders.items():
            for count, shares in linear(encoder, args.counts, args.draws).items():
                _show(f"linear, {count} labels a class, {name}", shares)
    elif args.command == "tune":
        for count in args.counts:
            found: dict[str, list[float]] = {"BYOL": [], "scratch": []}
            for seed in range(args.draws if count < 500 else 1):
                starts = {"BYOL": trained_encoder(args.checkpoint), "scratch": new_encoder(seed)}
                for name, encoder in starts.items():
                    found[name].append(tuned(encoder, count, seed, args.steps))
            for name, shares in found.items():
                _show(f"fine-tuned, {count} labels a class, from {name}", shares)
    else:
        release(args.checkpoint, args.machine, args.training)


def _show(what: str, shares: list[float]) -> None:
    mean = 100 * sum(shares) / len(shares)
    print(f"{what}: {mean:.1f} % ({', '.join(f'{100 * share:.1f}' for share in shares)})", flush=True)


if __name__ == "__main__":
    main()
