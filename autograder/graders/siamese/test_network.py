"""Task 4: the network. Trusted side.

The case gives the weights, so what each layer makes of its input is known here: an answer follows from secret
numbers, layer by layer, whatever else is right or wrong. Between the layers each claim looks at one thing.
"""

from math import prod

import numpy as np
import torch
from torch.nn import functional as F

from autograder.judging import assert_close, assert_same_direction, assert_that, probe, task
from autograder.judging.comparisons import close
from data_utils.case_weights import layer_weights, norm_weights

# Sizes of the weight; stride and padding of a convolution; a bias.
LAYERS = (
    (96, 1, 5, 5, 2, 2, 0, 0, 1),
    (64, 96, 3, 3, 2, 2, 0, 0, 1),
    (256, 3136, 1),
    (128, 256, 1),
    (32, 128, 1),
    (2, 32, 1),
)
CONVOLUTION = len(LAYERS[0])  # numbers that describe one
MAPS = 32  # of the first convolution every 32nd map is looked at
PLAIN = "Plain nn.Conv2d and nn.Linear, called as they are."


@task("4", share=0.25)
@probe("network")
def test_the_layers_are_those_of_the_table(answer, case):
    _assert_follows_from_the_weights(answer, case)
    count = answer.number("layers")
    assert_that(
        count == 6, "Two convolutions and four linear layers, each used once.", f"{count:g} are used."
    )
    for number, layer in enumerate(LAYERS, 1):
        hint = (
            f"Layer {number} of six with weights: see the table for its size and stride; nothing is padded."
        )
        found = tuple(answer.array(f"layer_{number}", hint=hint).reshape(-1).astype(int).tolist())
        assert_that(found == layer, hint, f"layer {number} is {_in_words(found)}.")
    as_they_are = "The first convolution is given the pictures as they are."
    assert_close(answer["into_1"], case["images"].numpy(), hint=as_they_are)
    assert_close(
        answer["parameters"],
        _parameters(),
        hint="Weights and biases of six layers and of two batch normalisations, nothing else.",
    )


@task("4", share=0.25)
@probe("network")
def test_what_stands_between_the_convolutions(answer, case):
    _assert_follows_from_the_weights(answer, case)
    for block, (kernel, stride) in ((1, (3, 2)), (2, (2, 2))):
        hint = f"Convolution {block}, BatchNorm, ReLU, max pooling {kernel} x {kernel}, stride {stride}."
        maps = answer.array(f"out_of_{block}", hint=hint)
        assert_that(
            maps.ndim == 4 and len(maps) > 0 and min(maps.shape[2:]) >= kernel,
            hint,
            f"layer {block} gives {maps.shape}: no maps that can be pooled.",
        )
        wanted = _pooled(_normalised(maps, case["numbers"], block).clip(0), kernel, stride)
        wanted = wanted.reshape(len(wanted), -1) if block == 2 else wanted
        assert_close(answer[f"into_{block + 1}"], wanted, rtol=1e-3, atol=2e-3, hint=hint)


@task("4", share=0.15)
@probe("network")
def test_relu_stands_between_the_linear_layers_and_not_at_the_end(answer, case):
    _assert_follows_from_the_weights(answer, case)
    hint = "ReLU between the linear layers; none after the last, or no embedding could be negative."
    assert_that(answer.number("layers") >= 6, hint, "there are fewer layers than in the table.")
    for layer in (3, 4, 5):
        wanted = answer.array(f"out_of_{layer}", hint=hint).clip(0)
        assert_close(answer[f"into_{layer + 1}"], wanted, atol=1e-5, hint=hint)
    assert_close(answer["output"], answer["out_of_6"], atol=1e-5, hint=hint)


@task("4", share=0.2)
@probe("twins")
def test_both_streams_are_the_same_network(answer, case):
    _assert_follows_from_the_weights(answer, case)
    hint = "`forward` returns a pair: `forward_each` of the first input, `forward_each` of the second."
    assert_close(answer["count"], 2, hint=hint)
    alone = {side: answer.array(f"{side}_alone", hint=hint) for side in ("first", "second")}
    for side, wanted in alone.items():
        assert_close(answer[f"{side}_in_eval"], wanted, atol=1e-3, hint=hint)
    for side, wanted in alone.items():
        shared = "Both streams share all their weights: a picture has one embedding, on whichever side it is."
        assert_close(answer[f"{side}_swapped"], wanted, atol=1e-3, hint=shared)
    output = answer.array("output", hint=hint)
    assert_that(output.ndim > 0 and len(output) == len(case["order"]), hint, "an output has other rows.")
    if close(answer.array("again", output.shape), output):  # no dropout, which is no twin's affair
        training = f"{hint} In train mode, too, and `forward` leaves the mode as it is."
        assert_close(answer["first"], output, rtol=1e-3, atol=0.01, hint=training)
        assert_close(answer["second"], output[case["order"].numpy()], rtol=1e-3, atol=0.01, hint=training)


@task("4", share=0.15)
@probe("twins")
def test_all_layers_learn_from_both_streams(answer, expected, case):
    _assert_follows_from_the_weights(answer, case)
    begin = "Leave it to torch with which random weights a layer begins."
    spread = answer.array("spread_at_first", hint=begin)
    assert_that((spread > 0).all(), begin, "a layer begins with weights that are all equal.")
    learn = "Both streams keep their gradient: no detach(), no no_grad(), and all parameters are trained."
    _assert_rows(answer, expected, "gradients", learn, "a layer gets no gradient, or only one stream's.")
    running = "In train mode batch normalisation follows its batches: `nn.BatchNorm2d(maps)`, nothing else."
    _assert_rows(answer, expected, "moved", running, "running statistics stay where they are.")


def _in_words(layer):
    """A layer as its author would call it."""
    if len(layer) != CONVOLUTION:
        return "a linear layer, {1} to {0}{2}".format(*layer[:2], "" if layer[-1] else ", without bias")
    words = "a convolution {2} x {3}, {1} to {0} maps, stride {4}, padding {6}".format(*layer)
    return words if layer[-1] else f"{words}, without bias"


def _assert_rows(answer, expected, name, hint, told):
    """Rows as the reference's where the outputs are; where the network is another one, none of zeros."""
    wanted, found = expected.array(name), answer.array(name, hint=hint)
    if close(answer.array("output"), expected.array("output"), rtol=1e-3, atol=0.01):
        assert_that(found.shape == wanted.shape, hint, told)
        lengths = np.linalg.norm(found, axis=1), np.linalg.norm(wanted, axis=1)
        if name == "gradients":
            assert_that(np.allclose(*lengths, rtol=0.02), hint, told)
        for row, direction in zip(found, wanted, strict=True):
            assert_same_direction(row, direction, hint=hint, cosine=0.999)
    assert_that(found.ndim == 2 and np.isfinite(found).all() and found.any(axis=1).all(), hint, told)


def _assert_follows_from_the_weights(answer, case):
    """What each convolution and linear layer gives is what the case's weights make of what it is given."""
    count = answer.number("layers")
    assert_that(count >= 1, PLAIN, "no convolution or linear layer is used.")
    first = answer.array("layer_1", hint=PLAIN)
    table = "The network of the table begins with a convolution."
    assert_that(first.size == CONVOLUTION, table, "the first layer with weights is a linear one.")
    into = answer.array("into_1", hint=PLAIN).reshape(-1)
    images = case["images"].numpy().reshape(-1)
    assert_that(into.shape == images.shape, "The first layer is given the pictures.")
    assert_same_direction(into - into.mean(), images - images.mean(), hint=PLAIN, cosine=0.99)
    for number in range(1, int(min(count, 6)) + 1):
        _assert_layer(answer, case, number)


def _assert_layer(answer, case, number):
    told = f"layer {number} of those with weights does not give what its weights make of its input."
    described = answer.array(f"layer_{number}", hint=PLAIN).reshape(-1).astype(int).tolist()
    convolution = len(described) == CONVOLUTION
    assert_that(convolution or len(described) == 3, PLAIN, told)
    shape = tuple(described[: 4 if convolution else 2])
    assert_that(min(shape) > 0 and prod(shape) < 1 << 24, PLAIN, told)
    weight, bias = layer_weights(case["numbers"], number - 1, shape)
    bias = bias * float(described[-1] == 1)
    second = number == 2 and convolution
    into = torch.as_tensor(answer.array("into_2_of_one" if second else f"into_{number}", hint=PLAIN)).float()
    out = answer.array(f"out_of_{number}", hint=PLAIN)
    fits = into.ndim == (4 if convolution else 2) and into.shape[1] == shape[1] and len(into) > 0
    assert_that(fits and out.ndim == into.ndim, PLAIN, told)
    if not convolution:
        wanted = F.linear(into, weight, bias)
    else:
        stride, padding = described[4:6], described[6:8]
        room = all(
            0 <= pad <= kernel <= side + 2 * pad
            for side, pad, kernel in zip(into.shape[2:], padding, shape[2:], strict=True)
        )
        assert_that(min(stride) > 0 and max(stride) < 100 and room, PLAIN, told)
        looked_at = slice(None, None, MAPS if number == 1 else 1)
        wanted = F.conv2d(into, weight[looked_at], bias[looked_at], stride, padding)
    found = out[: len(into)]
    assert_that(close(found, wanted.numpy(), rtol=1e-3, atol=0.01), PLAIN, told)
    assert_that(wanted.std() > 0.01, PLAIN, told)


def _normalised(maps, numbers, block):
    """Batch normalisation of (B, C, H, W) by its own mean and variance, with the case's weights."""
    weight, bias, *_ = (
        values.numpy()[:: MAPS if block == 1 else 1, None, None]
        for values in norm_weights(numbers, block - 1, LAYERS[block - 1][0])
    )
    mean, spread = maps.mean(axis=(0, 2, 3), keepdims=True), maps.var(axis=(0, 2, 3), keepdims=True)
    normalised = (maps - mean) / np.sqrt(spread + 1e-5)
    return normalised * weight + bias if maps.shape[1] == len(weight) else normalised


def _pooled(maps, kernel, stride):
    windows = np.lib.stride_tricks.sliding_window_view(maps, (kernel, kernel), axis=(2, 3))
    return windows[:, :, ::stride, ::stride].max(axis=(4, 5))


def _parameters():
    sizes = [np.prod(layer[:4] if len(layer) == CONVOLUTION else layer[:2]) + layer[0] for layer in LAYERS]
    return int(sum(sizes)) + 2 * (96 + 64)
