"""Handed-in weights of the ProtoNet lab: which network they make, and how it is measured."""

import numpy as np
import pytest
import torch
from safetensors.torch import load

from autograder.graders.protonet import networks
from autograder.graders.protonet.given import given
from data_utils.omniglot import OmniGlotDataSet


def test_listed_episodes_are_judged_by_the_nearest_mean() -> None:
    # Three classes on a line; the third sample of class 1 lies with class 2.
    line = torch.tensor([[0.0, 1, 2], [10, 12, 21], [20, 21, 23]])[..., None]
    classes = torch.tensor([[0, 1], [2, 1]])
    samples = torch.tensor([[[0, 1, 2], [0, 1, 2]], [[0, 1, 2], [1, 0, 2]]])
    accuracies = networks.episode_accuracies(line, classes, samples, num_support=2)
    assert accuracies.tolist() == [1.0, 0.5]


@pytest.mark.parametrize("number", [0.0, 1.0, float("nan")])
def test_where_all_points_are_one_none_is_nearest(number: float) -> None:
    points = torch.full((2, 3, 1), number)
    samples = torch.tensor([[[0, 1, 2], [0, 1, 2]]])
    accuracies = networks.episode_accuracies(points, torch.tensor([[0, 1]]), samples, num_support=2)
    assert accuracies.tolist() == [0.0]


@pytest.mark.parametrize(("emb_dim", "hidden"), [(64, 64), (32, 64), (10, 7)])
def test_weights_are_known_by_their_shapes_among_others(emb_dim: int, hidden: int) -> None:
    state = given("encoder").OmniGlotEncoder(emb_dim, hidden).state_dict()
    tensors = [np.ones((3, 3)), *(tensor.numpy() for tensor in state.values()), np.ones(5)]
    found = networks.encoder_of(tensors)
    assert found
    assert all(torch.equal(value, state[name]) for name, value in load(found).items())


def test_other_networks_are_none_of_ours() -> None:
    tensors = [tensor.numpy() for tensor in given("encoder").OmniGlotEncoder().state_dict().values()]
    assert networks.encoder_of(tensors[:14]) is None
    assert networks.encoder_of(tensors[::-1]) is None
    assert networks.encoder_of([]) is None


def test_weights_that_are_not_finite_are_told_apart() -> None:
    tensors = [tensor.numpy() for tensor in given("encoder").OmniGlotEncoder().state_dict().values()]
    tensors[3] = np.full_like(tensors[3], np.nan)
    assert networks.encoder_of(tensors) == b""


@pytest.mark.parametrize("scale", [1.0, 3.0])
def test_the_released_network_is_known_whatever_its_names_and_scale(scale: float) -> None:
    state = torch.load(networks.RELEASED, weights_only=True)["proto_net"]
    tensors = [tensor.numpy().copy() for tensor in state.values()]
    for index in (23, 24):  # weight and bias of the last normalisation: all embeddings grow
        tensors[index] *= scale
    found = networks.encoder_of(tensors)
    assert found
    assert networks.is_released(found)


def test_the_released_network_is_known_without_some_of_its_channels() -> None:
    state = torch.load(networks.RELEASED, weights_only=True)["proto_net"]
    tensors = [tensor.float().numpy().copy() for tensor in state.values()]
    for index in (23, 24):
        tensors[index][:40] = 0
    found = networks.encoder_of(tensors)
    assert found
    assert networks.is_released(found)


def test_a_network_of_random_weights_is_not_the_released_one() -> None:
    state = given("encoder").OmniGlotEncoder().state_dict()
    found = networks.encoder_of([tensor.numpy() for tensor in state.values()])
    assert found
    assert not networks.is_released(found)


def test_random_weights_get_the_further_the_wider_the_network_is() -> None:
    classes = tuple(sorted(OmniGlotDataSet(source="glyphs").init_torch_sample_dict("evaluation"))[:20])
    plan = torch.cat([torch.arange(20)[:, None], torch.arange(10).expand(20, 10)], dim=1)
    asked = "glyphs", classes, plan.to(torch.uint8).numpy().tobytes()
    narrow, wide = (
        networks.encoder_of(
            [tensor.numpy() for tensor in given("encoder").OmniGlotEncoder(*widths).state_dict().values()]
        )
        for widths in ((4, 4), (64, 16))
    )
    assert narrow
    assert wide
    assert networks.untrained_accuracy(narrow, *asked) < networks.untrained_accuracy(wide, *asked)
