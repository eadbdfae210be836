"""Handed-in weights: the numbers in a file, the network that they fit, and what it is worth. Trusted side."""

from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load, save

from autograder.judging import assert_that, leave_to_a_person
from autograder.judging.filters import filters_taken_over
from data_utils.cases import read_case

from .shapes import Layer, Network, Shape, Weights, matched, networks, permitted

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures/metric_embedding"
EMB_SIZE = 32
LARGEST_KERNEL = 7
SHUFFLES = 3
BATCH = 50


@dataclass(frozen=True)
class Trained:
    """A network with handed-in weights.

    Attributes:
        known: whether it is the one that the student's own code builds.
        accuracy: the share of unseen digits nearest to the mean of their own class.
        gain: how much higher that is than with the numbers of each kernel in another order.
        released: whether it is the network that comes with the lab, in whatever disguise.
    """

    network: Network
    known: bool
    accuracy: float
    gain: float
    released: bool


def trained(answer, case, file, prefix=""):
    """The network that fits the numbers in `file`; without one, the task is left to a person."""
    images = case["images"].numpy()
    own = answer[f"{prefix}embeddings"]
    embeddings = b"" if own is None else save({"own": answer.array(f"{prefix}embeddings").astype(np.float32)})
    found = _trained(
        _state(answer, file, prefix),
        embeddings,
        save({"images": images}),
        case["measured_on"],
        file,
    )
    if found is None:
        leave_to_a_person(
            f"{file} fits no network of this lab: three blocks, each of a normalisation and a convolution."
        )
    return found


def resemblance(one, other, measured_on):
    """Correlation of all distances between digits in two networks.

    Weights can be permuted, scaled and renamed without changing what a network does: distances cannot.
    """
    digits = _digits(measured_on)[0][:100]
    apart = [torch.pdist(torch.from_numpy(network.embed(digits))) for network in (one, other)]
    return float(torch.corrcoef(torch.stack(apart))[0, 1].nan_to_num())


def _is_released(file, network):
    """Whether the network's filters are those of the one that comes with the lab."""
    state = torch.load(FIXTURES / "checkpoints" / f"released-{file}", map_location="cpu", weights_only=True)
    own = [network.weights.kernels[block].values["weight"] for block in network.blocks]
    return filters_taken_over(own, [value.numpy() for value in state.values() if value.dim() == 4])


def _state(answer, file, prefix):
    """The file's tensors by name, without counters."""
    names = answer.text(f"{prefix}names").split("\n")[:200]
    arrays = {name: answer.array(f"{prefix}tensor_{number}") for number, name in enumerate(names)}
    arrays = {name: array.astype(np.float32) for name, array in arrays.items() if array.ndim}
    assert_that(
        all(np.isfinite(array).all() for array in arrays.values()),
        "Did the loss become NaN? Train again, perhaps with a smaller learning rate.",
        f"some weights in {file} are not finite.",
    )
    return save({f"{number:03} {name}": array for number, (name, array) in enumerate(arrays.items())})


@lru_cache(maxsize=16)  # every grader of the same file asks
def _trained(state, embeddings, images, measured_on, file):
    arrays = {name[4:]: array for name, array in sorted(load(state).items())}  # in the file's order
    weights = weights_of(arrays)
    if weights is None:
        return None
    network = matched(weights, load(images)["images"], load(embeddings)["own"]) if embeddings else None
    known = network is not None
    network = network or _best(weights, measured_on)
    if network is None:
        return None
    return Trained(network, known, *worth(network, measured_on), _is_released(file, network))


def weights_of(arrays):
    """The layers among the arrays of a file; None where they are not those of three blocks, or of two."""
    layers: dict[str, dict] = {}
    for name, array in arrays.items():
        layer, _, parameter = name.rpartition(".")
        layers.setdefault(layer, {})[parameter] = array
    kernels = tuple(Layer(values) for values in layers.values() if _is_convolution(values))
    norms = tuple(Layer(values) for values in layers.values() if _is_normalisation(values))
    known = len(kernels) + len(norms) == len(layers) and len(norms) in (0, len(kernels))
    return Weights(kernels, norms) if known and 2 <= len(kernels) <= 4 else None


def _is_convolution(values):
    kernel = values.get("weight")
    return (
        kernel is not None
        and kernel.ndim == 4
        and kernel.shape[0] == EMB_SIZE
        and kernel.shape[1] in (1, EMB_SIZE)
        and kernel.shape[2] == kernel.shape[3] <= LARGEST_KERNEL
        and values.keys() <= {"weight", "bias"}
        and values.get("bias", np.zeros(EMB_SIZE)).shape == (EMB_SIZE,)
    )


def _is_normalisation(values):
    shapes = {value.shape for value in values.values()}
    return values.keys() <= {"weight", "bias", "running_mean", "running_var"} and shapes in (
        {(1,)},
        {(EMB_SIZE,)},
    )


def _best(weights, measured_on):
    """The permitted network with these weights that tells digits apart best; pooling with no padding."""
    images, labels = (values[:BATCH] for values in _digits(measured_on))
    shapes = (shape for shape in permitted(weights) if shape.pooling == Shape.pooling)
    embedded = ((network, network.embed(images)) for network in networks(weights, shapes))
    rated = [(_accuracy(found, labels), network) for network, found in embedded if found is not None]
    return max(rated, key=lambda pair: pair[0])[1] if rated else None


def worth(network, measured_on):
    """The share of digits that it gets right, and how much more that is than with shuffled kernels."""
    images, labels = _digits(measured_on)
    accuracy = _accuracy(_embedded(network, images), labels)
    shuffled = [_accuracy(_embedded(_shuffled(network, seed), images), labels) for seed in range(SHUFFLES)]
    return accuracy, accuracy - float(np.mean(shuffled))


def _embedded(network, images):
    """In batches that fit into a processor's cache."""
    return np.concatenate([network.embed(images[at : at + BATCH]) for at in range(0, len(images), BATCH)])


def _shuffled(network, seed):
    """The same network, the numbers of every kernel in another order: it has unlearned everything."""
    rng = np.random.default_rng(seed)
    kernels = []
    for layer in network.weights.kernels:
        kernel = layer.values["weight"]
        kernels.append(
            Layer({**layer.values, "weight": rng.permutation(kernel.ravel()).reshape(kernel.shape)})
        )
    return replace(network, weights=replace(network.weights, kernels=tuple(kernels)))


def _accuracy(embeddings, labels):
    """The share of images nearest to their own class's mean, each half of them by the means of the other."""
    directions = _directions(embeddings)
    half = np.arange(len(labels)) % 2
    right = 0
    for one in (0, 1):
        known, asked = half == one, half != one
        present = np.unique(labels[known])  # among few digits a class may be missing: it never wins
        means = np.stack([embeddings[known & (labels == c)].mean(axis=0) for c in present])
        nearest = (directions[asked] @ _directions(means).T).argmax(axis=1)
        right += (present[nearest] == labels[asked]).sum()
    return right / len(labels)


def _directions(rows):
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)


@cache
def _digits(name):
    """Unseen digits and their labels; those of secret cases lie where no sandbox and no student can read."""
    digits = read_case((FIXTURES / name).read_text())
    return digits["images"].numpy(), digits["labels"].numpy()
