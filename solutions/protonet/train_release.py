"""Train and measure the released network of the ProtoNet lab on the real Omniglot.

    COURSE_DATA=... python solutions/protonet/train_release.py train --out runs/protonet
    COURSE_DATA=... python solutions/protonet/train_release.py measure runs/protonet/epoch-5.pth
    COURSE_DATA=... python solutions/protonet/train_release.py measure      the pixels themselves
    COURSE_DATA=... python solutions/protonet/train_release.py release runs/protonet/epoch-5.pth --machine ...

`train` resumes by itself: after every epoch it leaves `epoch-N.pth`, with the optimiser and the generators
in it, and begins after the newest one it finds. The distance is the plain Euclidean one, as in the lab.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from tqdm.auto import trange

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "assignments/protonet"), str(ROOT)]

from encoder import OmniGlotEncoder
from evaluation import embed_classes

from data_utils.manifest import record
from data_utils.omniglot import OmniGlotDataSet, sample_from_torch_sample_dict
from data_utils.seeding import seed_everything

FIXTURES = ROOT / "fixtures/protonet"
RELEASED = FIXTURES / "checkpoints/proto-net-release.pth"
SEED = 42
EMB_DIM = 64
WAYS, SUPPORT, QUERY = 60, 5, 5
SHOWN = 100  # episodes between two lines of the log


class Network(nn.Module):
    """Named as the lab's `ProtoNet` names it, so that the weights fit."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = OmniGlotEncoder(EMB_DIM)

    def embed(self, support: Tensor, query: Tensor) -> Tensor:
        """Embeddings of all support images, then of all queries; one encoder call for both sides."""
        return self.encoder(torch.cat([support.flatten(0, 1), query.flatten(0, 1)]))


def negative_distances(embeddings: Tensor, classes: int, shots: int) -> Tensor:
    """Minus the distance of each query to each prototype (classes * queries, classes)."""
    prototypes = embeddings[: classes * shots].unflatten(0, (classes, shots)).mean(dim=1)
    return -torch.cdist(embeddings[classes * shots :], prototypes)


def train(out: Path, epochs: int, episodes: int) -> None:
    """One checkpoint an epoch in `out`; `episodes` episodes an epoch, the rate halved after each."""
    seed_everything(SEED)
    data = OmniGlotDataSet()
    print(data, flush=True)
    samples = data.init_torch_sample_dict("background", use_multi_proc=True)
    names = list(samples)
    network = Network().to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
    out.mkdir(parents=True, exist_ok=True)

    done = 0
    for epoch in range(epochs, 0, -1):
        if (saved := out / f"epoch-{epoch}.pth").exists():
            state = torch.load(saved, weights_only=True)
            network.load_state_dict(state["proto_net"])
            optimizer.load_state_dict(state["optimizer"])
            schedule.load_state_dict(state["schedule"])
            torch.set_rng_state(state["rng"])
            done = epoch
            break

    target = torch.arange(WAYS).repeat_interleave(QUERY)
    for epoch in range(done + 1, epochs + 1):
        network.train()
        losses, hits = 0.0, 0.0
        for step in range(1, episodes + 1):
            support, query, _ = sample_from_torch_sample_dict(names, samples, WAYS, SUPPORT, QUERY)
            # Convolutions in bfloat16, distances and loss in float32: half the time on CPUs that have it.
            with torch.autocast("cpu", dtype=torch.bfloat16):
                embeddings = network.embed(support, query)
            logits = negative_distances(embeddings.float(), WAYS, SUPPORT)
            loss = nn.functional.cross_entropy(logits, target)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses += loss.item()
            hits += (logits.argmax(1) == target).float().mean().item()
            if step % SHOWN == 0:
                print(
                    f"epoch {epoch} episode {step} loss {losses / SHOWN:.4f} accuracy {hits / SHOWN:.4f}",
                    flush=True,
                )
                losses, hits = 0.0, 0.0
        schedule.step()
        state = {
            "proto_net": network.state_dict(),
            "optimizer": optimizer.state_dict(),
            "schedule": schedule.state_dict(),
            "rng": torch.get_rng_state(),
            "episodes": epoch * episodes,
            "trained_on": data.source,
        }
        torch.save(state, out / f"epoch-{epoch}.pth.partial")
        (out / f"epoch-{epoch}.pth.partial").replace(out / f"epoch-{epoch}.pth")


@torch.no_grad()
def measure(checkpoint: Path | None, episodes: int) -> dict[str, str]:
    """Mean accuracy and its 95 % interval on evaluation episodes, for the four settings of the paper.

    Args:
        checkpoint: the network's; without one an image is its own embedding.
    """
    seed_everything(SEED)
    samples = OmniGlotDataSet(source="omniglot").init_torch_sample_dict("evaluation", use_multi_proc=True)
    names = list(samples)
    encoder: nn.Module = nn.Flatten()
    if checkpoint:
        network = Network()
        network.load_state_dict(torch.load(checkpoint, weights_only=True)["proto_net"])
        encoder = network.encoder
    # In eval mode an image's embedding does not depend on the others: embed each image once.
    embeddings = embed_classes(encoder, torch.stack(list(samples.values())))
    embedded = dict(zip(names, embeddings, strict=True))
    measured = {}
    for ways in (5, 20):
        for shots in (5, 1):
            accuracies = []
            for _ in trange(episodes, desc=f"{ways}-way {shots}-shot", leave=False):
                support, query, _ = sample_from_torch_sample_dict(names, embedded, ways, shots, QUERY)
                nearest = torch.cdist(query, support.mean(dim=1)).argmin(dim=-1)
                accuracies.append((nearest == torch.arange(ways)[:, None]).float().mean().item())
            half = 1.96 * np.std(accuracies) / episodes**0.5
            measured[f"{ways}-way {shots}-shot"] = f"{100 * np.mean(accuracies):.2f} +- {100 * half:.2f} %"
            print(f"{ways}-way {shots}-shot", measured[f"{ways}-way {shots}-shot"], flush=True)
    return measured


def release(checkpoint: Path, episodes: int, machine: str) -> None:
    """What the lab ships: the weights and what they were trained on, with the manifest's entry."""
    state = torch.load(checkpoint, weights_only=True)
    kept = {"proto_net": state["proto_net"], "trained_on": state["trained_on"], "episodes": state["episodes"]}
    torch.save(kept, RELEASED)
    record(
        FIXTURES,
        RELEASED,
        command=f"python solutions/protonet/train_release.py train; release {checkpoint.name}",
        seed=SEED,
        machine=machine,
        trained_on=f"{state['episodes']} episodes of {state['trained_on']}, {WAYS}-way {SUPPORT}+{QUERY}",
        measured_on=f"{episodes} evaluation episodes each, {QUERY} queries a class, seed {SEED}",
        accuracy=measure(RELEASED, episodes),
    )


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    sub = commands.add_parser("train")
    sub.add_argument("--out", type=Path, required=True)
    sub.add_argument("--epochs", type=int, default=5)
    sub.add_argument("--episodes", type=int, default=2000)
    sub.add_argument("--threads", type=int, default=1)
    sub = commands.add_parser("measure")
    sub.add_argument("checkpoint", type=Path, nargs="?")
    sub.add_argument("--episodes", type=int, default=1000)
    sub = commands.add_parser("release")
    sub.add_argument("checkpoint", type=Path)
    sub.add_argument("--episodes", type=int, default=1000)
    sub.add_argument("--machine", required=True, help="what it was trained on, for the manifest")
    args = parser.parse_args()
    if args.command == "train":
        torch.set_num_threads(args.threads)
        train(args.out, args.epochs, args.episodes)
    elif args.command == "measure":
        measure(args.checkpoint, args.episodes)
    else:
        release(args.checkpoint, args.episodes, args.machine)


if __name__ == "__main__":
    main()
