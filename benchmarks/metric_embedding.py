"""How much faster `utils.py` of the metric embedding lab is than one image at a time, as ratios.

    [COURSE_DATA=...] python benchmarks/metric_embedding.py [--threads N]

The 10,000 test images of MNIST, or as many of the packaged digits as there are, already in memory. The
one-by-one way is the one that comes to mind first: embed an image, measure its distance to each class in a
loop. Seconds are CPU time, which other work on the machine disturbs least; with one thread they are the time
one waits.
"""

import argparse
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [
    str(ROOT / "assignments/metric_embedding"),
    str(ROOT),
    str(ROOT / "solutions/metric_embedding"),
]

import torch  # noqa: E402
import train_release  # noqa: E402
import utils  # noqa: E402
from torch.utils.data import DataLoader  # noqa: E402

from data_utils.mnist import find_mnist  # noqa: E402


@torch.no_grad()
def representations_one_by_one(model, dataset, emb_size):
    """Class means, one image at a time."""
    model.eval()
    of_class = {c: [] for c in range(10)}
    for anchor, target in dataset:
        of_class[target].append(model.get_features(anchor[None])[0])
    means = [torch.stack(of_class[c]).mean(dim=0) for c in range(10)]
    return torch.stack([mean / mean.norm() for mean in means])


@torch.no_grad()
def accuracy_one_by_one(model, representations, dataset):
    """The share of right images, one image and one class at a time."""
    model.eval()
    right = 0
    for anchor, target in dataset:
        embedding = model.get_features(anchor[None])[0]
        embedding = embedding / embedding.norm()
        distances = [((of_class - embedding) ** 2).sum().item() for of_class in representations]
        right += distances.index(min(distances)) == target
    return right / len(dataset)


def timed(call, repeats=1):
    """The result of `call` and the shortest of its times in seconds."""
    times = []
    for _ in range(repeats):
        began = time.process_time()
        result = call()
        times.append(time.process_time() - began)
    return result, min(times)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=1)
    torch.set_num_threads(parser.parse_args().threads)
    data = find_mnist()
    made = train_release.namespace(data, epochs=0)
    images = made["MNISTMetricDataset"](data.root, "test")
    dataset, loader = [images[index] for index in range(len(images))], list(DataLoader(images, 250))
    print(f"{data}; {len(dataset)} test images, {torch.get_num_threads()} thread(s)")
    print(f"{'model':<10}{'function':<28}{'one by one':>11}{'in batches':>12}{'ratio':>8}")
    models = {"pixels": (made["IdentityModel"](), 784), "network": (made["SimpleMetricEmbedding"](1), 32)}
    for name, (model, emb_size) in models.items():
        slow, before = timed(lambda m=model, e=emb_size: representations_one_by_one(m, dataset, e))
        fast, after = timed(lambda m=model, e=emb_size: utils.compute_representations(m, loader, 10, e), 3)
        assert torch.allclose(slow, fast, atol=1e-4)
        show(name, "compute_representations", before, after)
        slow, then = timed(lambda m=model, r=fast: accuracy_one_by_one(m, r, dataset))
        fast, now = timed(lambda m=model, r=fast: utils.evaluate(m, r, loader), 3)
        assert abs(slow - fast) <= 2 / len(dataset)
        show(name, "evaluate", then, now)
        show(name, "both: classify from nothing", before + then, after + now)


def show(model: str, function: str, before: float, after: float) -> None:
    """One row of the table."""
    print(f"{model:<10}{function:<28}{before:>9.2f} s{after:>10.2f} s{before / after:>8.1f}", flush=True)


if __name__ == "__main__":
    main()
