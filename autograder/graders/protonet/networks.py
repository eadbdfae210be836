"""Handed-in weights: which network they make, how good it is, and whether it is the released one."""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load, save
from torch import Tensor

from autograder.judging.filters import filters_taken_over
from data_utils.omniglot import OmniGlotDataSet

from .given import COURSE, given

RELEASED = COURSE / "fixtures/protonet/checkpoints/proto-net-release.pth"
WAYS, SHOTS, QUERIES = 20, 5, 5  # of the episodes that handed-in networks are measured on


def encoder_of(tensors: Sequence[NDArray]) -> bytes | None:
    """The state of the lab's encoder, of any width, that these tensors hold one after the other under any
    names.

    Nothing where there is none among them; no bytes where some weights are not finite.
    """
    size = len(_encoder(1, 1).state_dict())
    for start in range(len(tensors) - size + 1):
        found = tensors[start : start + size]
        hidden, emb_dim = (
            found[1].size,
            found[1 - size // 4].size,
        )  # biases of the first block and of the last
        if not 0 < max(hidden, emb_dim) <= 1024:
            continue
        state = _encoder(hidden, emb_dim).state_dict()
        if [tuple(of.shape) for of in state.values()] != [array.shape for array in found]:
            continue
        if not all(np.isfinite(array).all() for array in found):
            return b""
        pairs = zip(state.items(), found, strict=True)
        return save({name: torch.as_tensor(array).to(of.dtype) for (name, of), array in pairs})
    return None


@lru_cache(maxsize=8)  # both graders ask, and so does every submission that hands in the same file
def accuracy(weights: bytes, source: str, classes: tuple[str, ...], plan: bytes) -> float:
    """Mean accuracy on the listed episodes; a row of the plan is a class and the drawings of it."""
    drawings = OmniGlotDataSet(source=source).init_torch_sample_dict("evaluation")
    embeddings = _embeddings(weights, torch.stack([drawings[name] for name in classes]))
    rows = torch.frombuffer(bytearray(plan), dtype=torch.uint8).long().view(-1, WAYS, 1 + SHOTS + QUERIES)
    return float(episode_accuracies(embeddings, rows[..., 0], rows[..., 1:], SHOTS).mean())


@lru_cache(maxsize=8)
def untrained_accuracy(weights: bytes, source: str, classes: tuple[str, ...], plan: bytes) -> float:
    """The same of a network as wide as this one that has random weights, and statistics of the drawings."""
    drawings = OmniGlotDataSet(source=source).init_torch_sample_dict("evaluation")
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(0)
        encoder = _like(load(weights)).train()
        for module in encoder.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.momentum = None  # statistics of all that it has seen
        encoder(torch.cat([drawings[name][:SHOTS] for name in classes]))
    return accuracy(save(encoder.state_dict()), source, classes, plan)


def episode_accuracies(embeddings: Tensor, classes: Tensor, samples: Tensor, num_support: int) -> Tensor:
    """Accuracy (episodes,) of the nearest prototype in listed episodes.

    Args:
        embeddings: (all classes, samples, emb_dim).
        classes: the classes of each episode (episodes, ways).
        samples: the samples of each of them (episodes, ways, support + query), support first.
        num_support: how many of them are support.
    """
    accuracies = []
    for of_episode, chosen in zip(classes, samples, strict=True):
        episode = embeddings[of_episode[:, None], chosen].double()
        shown, asked = episode[:, :num_support], episode[:, num_support:]
        # Nearest is who has the largest product with what is asked, less half of its own square.
        sums = shown.sum(dim=1) / num_support
        scores = torch.einsum("wqd,cd->wqc", asked, sums) - sums.square().sum(dim=1) / 2
        own = scores.diagonal(dim1=0, dim2=2).T[..., None]
        as_near = (scores >= own).sum(dim=2)  # 1 is the own class; none where it is not a number
        accuracies.append((as_near == 1).float().mean())
    return torch.stack(accuracies)


@lru_cache(maxsize=8)
def is_released(weights: bytes) -> bool:
    """Whether these are the released weights, in whatever disguise: their filters tell."""
    return filters_taken_over(_kernels(load(weights)), _kernels(_released()))


def _kernels(state: Mapping[str, Tensor]) -> list[NDArray]:
    return [state[name].numpy() for name in sorted(state) if state[name].ndim == 4]


def _embeddings(weights: bytes, drawings: Tensor) -> Tensor:
    state = load(weights)
    encoder = _like(state)
    encoder.load_state_dict(state)
    return given("evaluation").embed_classes(encoder, drawings)


def _like(state: Mapping[str, Tensor]) -> torch.nn.Module:
    """A new encoder of the widths of this one."""
    return _encoder(len(state["blocks.0.0.bias"]), len(state["blocks.3.0.bias"]))


def _encoder(hidden: int, emb_dim: int) -> torch.nn.Module:
    return given("encoder").OmniGlotEncoder(emb_dim, hidden)


@cache
def _released() -> dict[str, Tensor]:
    state = torch.load(RELEASED, map_location="cpu", weights_only=True)["proto_net"]
    return {name.removeprefix("encoder."): tensor.contiguous() for name, tensor in state.items()}
