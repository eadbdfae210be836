"""Embed pictures that no network of the course was trained on by every one of them, for the lab.

    COURSE_DATA=... python solutions/frozen_features/make_features.py train --out runs/frozen
    COURSE_DATA=... python solutions/frozen_features/make_features.py embed --out runs/frozen --machine ...

`train` makes the two networks that no lab releases: one that learned five classes of STL-10 from labels, and
the wide Siamese network without the eight people on whom it is asked. `embed` writes the features of all
networks, and no picture, into `fixtures/frozen_features/released`. Both want the real data sets.
"""

import argparse
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from data_utils.alphabets import read_alphabets
from data_utils.faces import find_faces, read_people
from data_utils.manifest import record
from data_utils.mnist import find_mnist
from data_utils.seeding import seed_everything

FIXTURES = ROOT / "fixtures/frozen_features"
FEATURES = FIXTURES / "released/features.npz"
SEED = 42
TAUGHT = (0, 2, 3, 4, 6)  # airplane, car, cat, deer, horse: whose labels the supervised network saw
ASKED = (1, 5, 7, 8, 9)  # bird, dog, monkey, ship, truck
EPOCHS, BATCH, RATE = 24, 64, 0.03  # of the supervised network; momentum and decay as for the released BYOL
PIXELS = 256  # numbers into which the pixels are mixed

Embedding = Callable[[Tensor], Tensor]  # pictures (N, 3, H, W) in [0, 1] -> features (N, D)


def module(path: str) -> ModuleType:
    """A file of another lab, under a name of its own: several are called alike."""
    spec = importlib.util.spec_from_file_location(path.replace("/", "_").removesuffix(".py"), ROOT / path)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made
    spec.loader.exec_module(made)
    return made


byol = module("solutions/byol/train_release.py")
siamese = module("solutions/siamese/train_release.py")


def photographs(classes: tuple[int, ...], split: str, count: int) -> Tensor:
    """Pictures (classes, count, 3, 96, 96), bytes, the first of each class."""
    images, labels = byol.part(split)
    return torch.stack([images[labels == label][:count] for label in classes])


def faces() -> tuple[Tensor, Tensor]:
    """Pictures (people, 10, 1, 128, 128) of 32 people to learn from, and of eight others."""
    root = find_faces().root
    people = [read_people(root / part, siamese.SIZE).values() for part in ("training", "testing")]
    images = torch.stack([person for part in people for person in part])
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(SEED))
    return images[order[8:]], images[order[:8]]


def characters(count: int) -> Tensor:
    """Drawings (count, 20, 1, 105, 105) of some of Omniglot's evaluation characters, ink = 1."""
    listed = read_alphabets("evaluation", source="omniglot")
    labels = torch.tensor(listed.labels)
    chosen = torch.randperm(int(labels.max()) + 1, generator=torch.Generator().manual_seed(SEED))[:count]
    drawings = [
        np.asarray(Image.open(listed.image_paths[row]).convert("L"), dtype=np.float32)
        for label in chosen.tolist()
        for row in (labels == label).nonzero().flatten().tolist()
    ]
    return (1 - torch.from_numpy(np.stack(drawings)) / 255).view(count, -1, 1, *drawings[0].shape)


def digits(count: int) -> Tensor:
    """Digits (10, count, 1, 28, 28) of MNIST's test part, ink = 1."""
    from torchvision.datasets import MNIST

    mnist = MNIST(str(find_mnist().root), train=False)
    return torch.stack([mnist.data[mnist.targets == digit][:count] for digit in range(10)])[:, :, None] / 255


def train(out: Path) -> None:
    """Leave `supervised.pth`, an encoder, and `siamese.pth`, the wide network, in `out`."""
    torch.save(supervised().state_dict(), out / "supervised.pth")
    known, _ = faces()
    net = siamese.train(known, "wide", out / "siamese-partial.pth", SEED)
    torch.save(net.state_dict(), out / "siamese.pth")


def supervised() -> nn.Module:
    """BYOL's network, trained with the labels of five classes on crops and mirror images."""
    seed_everything(SEED)
    images = photographs(TAUGHT, "train", 500).flatten(0, 1)
    labels = torch.arange(len(TAUGHT)).repeat_interleave(500)
    encoder = byol.SmallResNet(byol.WIDTH, byol.RESOLUTION).to(memory_format=torch.channels_last)
    layer = nn.Linear(encoder.features, len(TAUGHT))
    weights = [*encoder.parameters(), *layer.parameters()]
    optimizer = torch.optim.SGD(weights, lr=RATE, momentum=byol.MOMENTUM, weight_decay=byol.DECAY)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, EPOCHS)
    for epoch in range(EPOCHS):
        right = 0
        for rows in torch.randperm(len(images)).split(BATCH):
            views = byol.crop_and_flip(images[rows].float() / 255, byol.RESOLUTION, 0.35)
            with byol.autocast():
                values = layer(encoder(byol.normalise(views).to(memory_format=torch.channels_last))).float()
            loss = F.cross_entropy(values, labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            right += int((values.argmax(dim=1) == labels[rows]).sum())
        schedule.step()
        print(f"supervised epoch {epoch + 1}: {100 * right / len(images):.1f} % of its pictures", flush=True)
    return encoder


def networks(out: Path) -> dict[str, Embedding]:
    """Every network of the course as a function of pictures (N, 3, H, W) in [0, 1], ink = 1."""
    random = byol.new_encoder(SEED)
    taught = byol.SmallResNet(byol.WIDTH, byol.RESOLUTION)
    taught.load_state_dict(torch.load(out / "supervised.pth", weights_only=True))
    twins = siamese.WideNetwork()
    twins.load_state_dict(torch.load(out / "siamese.pth", weights_only=True))
    prototypes = module("assignments/protonet/encoder.py").OmniGlotEncoder()
    released = ROOT / "fixtures/protonet/checkpoints/proto-net-release.pth"
    load_checkpoint = module("assignments/protonet/checkpoint.py").load_checkpoint
    load_checkpoint(released, nn.ModuleDict({"encoder": prototypes}))
    triplets = module("assignments/hard_triplets/network.py").EmbeddingNet()
    released = ROOT / "fixtures/hard_triplets/released/hard_triplets.pth"
    triplets.load_state_dict(torch.load(released, weights_only=True))
    metric = metric_embedding()
    mix = torch.randn(3 * 28 * 28, PIXELS, generator=torch.Generator().manual_seed(SEED)) / PIXELS**0.5
    return {
        "pixels": lambda pictures: sized(pictures, 28).flatten(1) @ mix,
        "random weights": colour(random),
        "BYOL": colour(byol.trained_encoder(byol.RELEASED)),
        "supervised": colour(taught),
        "Siamese": grey(twins, siamese.SIZE),
        "ProtoNet": grey(prototypes, 28),
        "hard triplets": grey(triplets, 32, lambda ink: 1 - 2 * ink),  # paper is 1 there
        "metric embedding": grey(metric, 28),
    }


def metric_embedding() -> nn.Module:
    """The network of the metric embedding lab, trained on MNIST's digits without the zeros."""
    lab = module("solutions/metric_embedding/train_release.py")
    made = lab.namespace(find_mnist(), epochs=1)["SimpleMetricEmbedding"](1)
    released = lab.FIXTURES / "checkpoints/released-metric-embedding-without-0.pth"
    made.load_state_dict(torch.load(released, weights_only=True))
    made.forward = made.get_features
    return made


def colour(net: nn.Module) -> Embedding:
    """How a network takes pictures whose colours are normalised; it brings them to its own size."""
    net.eval()
    return lambda pictures: net(byol.normalise(pictures).contiguous(memory_format=torch.channels_last))


def grey(net: nn.Module, size: int, scale: Callable[[Tensor], Tensor] = lambda values: values) -> Embedding:
    """How a network takes grey pictures of `size` pixels."""
    net.eval()
    return lambda pictures: net(scale(sized(pictures, size).mean(dim=1, keepdim=True)))


def sized(pictures: Tensor, size: int) -> Tensor:
    """Pictures (N, 3, size, size); a pixel is the mean of what it covers, or lies between its neighbours."""
    if pictures.shape[-1] > size:
        return F.interpolate(pictures, (size, size), mode="area")
    return F.interpolate(pictures, (size, size), mode="bilinear", align_corners=False)


@torch.no_grad()
def embed(out: Path, machine: str) -> None:
    """Write the features (classes, samples, D) of every network on every set, named `set/network`."""
    sets = {
        "photographs": photographs(ASKED, "test", 60).float() / 255,
        "faces": faces()[1],
        "characters": characters(20),
        "digits": digits(40),
    }
    found = {}
    for network, embedding in networks(out).items():
        for name, pictures in sets.items():
            wide = pictures.expand(-1, -1, 3, -1, -1)
            features = torch.stack([embedding(of_class) for of_class in wide]).float()
            found[f"{name}/{network}"] = features.half().numpy()
    FEATURES.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(FEATURES, **found)
    command = "COURSE_DATA=... python solutions/frozen_features/make_features.py embed --out runs/frozen"
    record(FIXTURES, FEATURES, command=command, machine=machine, seed=SEED)
    print(f"{FEATURES.stat().st_size:,} bytes")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("command", choices=("train", "embed"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--machine", default="")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    train(args.out) if args.command == "train" else embed(args.out, args.machine)


if __name__ == "__main__":
    main()
