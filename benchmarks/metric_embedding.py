"""How much faster `utils.py` of the metric embedding lab is than one image at a time, as ratios.

    [COURSE_DATA=...] python benchmarks/metric_embedding.py [--threads N]

The whole job, from the lab's data set on, on the 10,000 test images of MNIST, or as many of the packaged
digits as there are. One image at a time is the program that comes to mind first: a loader that gives one
image, its embedding, its distance to one class after the other. Pixels show what the given functions cost
themselves, since there an embedding costs nothing. With the network, the time of its bare convolutions in
batches says how fast any way of calling it can be.

With one thread seconds are CPU time, which other work on the machine disturbs least; with more they are the
time one waits.
"""

import argparse
import copy
import sys
import time
from collections.abc import Callable
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
from tqdm.auto import tqdm  # noqa: E402

from data_utils.mnist import find_mnist  # noqa: E402

LEAST_SPEEDUP = 20  # what the lab promises of its functions

Clock = Callable[[], float]


@torch.no_grad()
def representations_one_by_one(model, loader, emb_size):
    """Class means, one image at a time."""
    model.eval()
    sums, counts = torch.zeros(10, emb_size), [0] * 10
    for anchor, target in tqdm(loader, leave=False):
        sums[target.item()] += model.get_features(anchor)[0]
        counts[target.item()] += 1
    means = [of_class / count for of_class, count in zip(sums, counts, strict=True)]
    return torch.stack([mean / mean.norm() for mean in means])


@torch.no_grad()
def accuracy_one_by_one(model, representations, loader):
    """The share of right images, one image and one class at a time."""
    model.eval()
    right = 0
    for anchor, target in tqdm(loader, leave=False):
        embedding = model.get_features(anchor)[0]
        embedding = embedding / embedding.norm()
        distances = [((of_class - embedding) ** 2).sum().item() for of_class in representations]
        right += distances.index(min(distances)) == target.item()
    return right / len(loader)


def compare(images, model, emb_size: int, batch: int, clock: Clock) -> dict[str, tuple[float, float]]:
    """Seconds of each function, one by one and in batches; both ways must give the same."""
    one, many = DataLoader(images, 1), DataLoader(images, batch)
    given = copy.deepcopy(model)  # the functions rearrange its kernels, which would help the other way, too
    means, before = timed(lambda: representations_one_by_one(model, one, emb_size), clock)
    representations, after = timed(
        lambda: utils.compute_representations(given, many, 10, emb_size), clock, repeats=4
    )
    assert torch.allclose(means, representations, atol=1e-4)
    slow, then = timed(lambda: accuracy_one_by_one(model, representations, one), clock)
    fast, now = timed(lambda: utils.evaluate(given, representations, many), clock, repeats=4)
    assert abs(slow - fast) <= 2 / len(images)
    both = before + then, after + now
    return {"compute_representations": (before, after), "evaluate": (then, now), "both: from nothing": both}


@torch.no_grad()
def convolutions_alone(model, images, batch: int, clock: Clock) -> float:
    """Seconds that the network's convolutions take for all images, in the layout that they are given."""
    calls = []
    convolutions = [module for module in model.modules() if isinstance(module, torch.nn.Conv2d)]
    for convolution in convolutions:
        convolution.register_forward_hook(lambda module, given, _: calls.append((module, given[0])))
    utils.embed(model, [next(iter(DataLoader(images, batch)))])
    calls = calls[: len(convolutions)]  # those below are seen by the hooks, too

    def once():
        for module, given in calls:
            torch.nn.functional.conv2d(given, module.weight, module.bias, padding=module.padding)

    return timed(once, clock, repeats=50)[1] * len(images) / batch


def timed(call: Callable, clock: Clock, repeats: int = 1):
    """The result of `call` and the shortest of its times in seconds."""
    times = []
    for _ in range(repeats):
        began = clock()
        result = call()
        times.append(clock() - began)
    return result, min(times)


def main() -> None:
    """Measure and print a table; exit 1 where the promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=1)
    threads = parser.parse_args().threads
    torch.set_num_threads(threads)
    clock = time.process_time if threads == 1 else time.perf_counter
    data = find_mnist()
    made = train_release.namespace(data, epochs=0)
    images = made["MNISTMetricDataset"](data.root, "test")
    network = made["SimpleMetricEmbedding"](1)
    # The maps that the network makes of many more images than 64 do not fit into a processor's own cache.
    seconds = {
        "pixels": compare(images, made["IdentityModel"](), emb_size=784, batch=500, clock=clock),
        "network": compare(images, network, emb_size=32, batch=64, clock=clock),
    }
    print(f"{data}; {len(images)} test images, {threads} thread(s), torch {torch.__version__}")
    print(f"{'model':<10}{'function':<26}{'one by one':>11}{'in batches':>12}{'ratio':>8}")
    for model, functions in seconds.items():
        for function, (before, after) in functions.items():
            print(f"{model:<10}{function:<26}{before:>9.2f} s{after:>10.3f} s{before / after:>8.1f}")
    alone = convolutions_alone(network, images, 64, clock)
    most = seconds["network"]["evaluate"][0] / alone
    print(f"{'network':<10}{'its convolutions alone':<37}{alone:>10.3f} s{most:>8.1f} at most")
    kept = all(before / after >= LEAST_SPEEDUP for before, after in seconds["pixels"].values())
    print(f"what the functions do themselves is at least {LEAST_SPEEDUP} times as fast in batches: {kept}")
    sys.exit(not kept)


if __name__ == "__main__":
    main()
