"""Graders of the Siamese lab. Trusted side.

Pairs are judged by statistics over many draws, with a band of six deviations of a fair coin: an honest data
set fails a case by chance less than once in 50 million times. The area under the ROC is worked out here, from
embeddings of pictures whose names never enter the sandbox.
"""

import json
from functools import cache
from pathlib import Path

import numpy as np

from autograder.judging import assert_close, assert_same_direction, assert_that, probe, task

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures/siamese"

SAME = (
    "A pair of one class: its loss is D squared, so each output is pulled by 2 (o1 - o2), towards the other."
)
DIFFERENT = (
    "A pair of two classes: the gradient of (m - D)^2 is -2 (m - D) times that of D, (o1 - o2) / D; "
    "at D > m there is none."
)


# 1.1 the gradient


@task("1.1", share=0.3)
@probe("gradients")
def test_pairs_of_one_class_are_pulled_together(answer, expected, case):
    _assert_directions(answer, expected, case["label"].numpy() == 0, SAME)


@task("1.1", share=0.3)
@probe("gradients")
def test_pairs_of_two_classes_are_pushed_apart_up_to_the_margin(answer, expected, case):
    _assert_directions(answer, expected, case["label"].numpy() == 1, DIFFERENT)


@task("1.1", share=0.4)
@probe("gradients")
def test_the_gradients_are_those_of_the_mean_over_the_batch(answer, expected):
    hint = "The loss is the mean over the batch: divide by its size. And both squares bring a factor of 2."
    for name in ("first", "second"):
        assert_close(answer[name], expected[name], hint=hint)


def _assert_directions(answer, expected, rows, hint):
    pair = "Return two arrays (B, D): the gradient by the first outputs, then that by the second."
    assert_close(answer["count"], 2, hint=pair)
    if not rows.any():
        return
    for name in ("first", "second"):
        wanted = expected.array(name)[rows]
        found = answer.array(name, expected.array(name).shape, pair)[rows]
        still = np.linalg.norm(wanted, axis=1) == 0
        assert_close(found[still], wanted[still], hint=hint)
        for row, direction in zip(found[~still], wanted[~still], strict=True):
            assert_same_direction(row, direction, hint=hint)


# 2 the loss


@task("2", share=0.5)
@probe("loss_of_pairs")
def test_the_loss_of_a_pair(answer, expected, case):
    losses = answer.array("losses", expected.array("losses").shape, "The loss is one number.")
    label, wanted = case["label"].numpy(), expected.array("losses")
    for kind, hint in (
        (0, "Label 0, the same class: the squared distance."),
        (1, "Label 1, different classes: first the hinge max(0, margin - D), then its square."),
    ):
        # A factor of 1/2 on both terms is the next grader's affair.
        whole, half = (
            np.allclose(losses[label == kind], f * wanted[label == kind], atol=1e-5) for f in (1, 0.5)
        )
        assert_that(whole or half, hint, "the loss of a pair is another.")


@task("2", share=0.2)
@probe("loss_of_pairs")
def test_the_loss_has_no_factor(answer, expected):
    assert_close(
        answer["losses"],
        expected["losses"],
        rtol=1e-3,
        atol=1e-5,
        hint="(1 - Y) D^2 + Y max(0, m - D)^2, without a factor of 1/2; the margin is 2 where none is given.",
    )


@task("2", share=0.3)
@probe("loss_of_batch")
def test_the_loss_of_a_batch_is_the_mean_of_its_pairs(answer, expected):
    hint = (
        "The mean over the pairs. Is the distance of shape (B,) and the label of shape (B, 1)? Then their "
        "product is (B, B): each distance with each label."
    )
    mean = answer.array("losses").mean()
    for name in ("column", "row", "swapped"):
        assert_close(answer.number(name, hint), mean, rtol=1e-3, hint=hint)
    for name in ("first_grad", "second_grad"):
        connected = answer.array(name, expected.array(name).shape).any()
        graph = "Keep everything a tensor of the graph: no item(), no detach()."
        assert_that(connected, graph, "no gradient reaches the outputs.")
        assert_same_direction(answer[name], expected[name], hint=hint)


# 3 the pairs


@task("3", share=0.15)
@probe("item")
def test_an_item_is_two_grey_pictures_and_a_label(answer):
    hint = "An item is (img0, img1, label): grey pictures, transformed, and a float tensor of shape (1,)."
    assert_close(answer["shapes"], np.array([[1, 4, 4], [1, 4, 4]]), hint=hint)
    label_shape = tuple(answer.array("label_shape").astype(int))
    assert_that(label_shape == (1,), hint, f"the label is of shape {label_shape}.")
    label_type = answer.text("label_type")
    assert_that(label_type.startswith("torch.float"), hint, f"the label is of type {label_type}.")
    assert_close(answer["modes"], "L", hint="Make each picture grey, by `.convert('L')`; then transform it.")
    assert_close(answer["without_transform"], np.array(3), hint="Without a transform it works, too.")
    assert_that(answer.number("length") > 0, "`__len__` is a whole number above 0.")


@task("3", share=0.35)
@probe("pairs")
def test_the_label_tells_the_truth(answer, case):
    first, second, label = _drawn(answer, case)
    person = np.append(case["people"].numpy(), -1)
    assert_that(
        np.isin(label, (0, 1)).all() and (label == (person[first] != person[second])).all(),
        "The label is 0 where both pictures show one person, 1 where they show two: of those returned.",
        "a label and its pictures do not fit.",
    )


@task("3", share=0.25)
@probe("pairs")
def test_half_of_the_pairs_are_of_one_person(answer, case):
    _, _, label = _drawn(answer, case)
    band = 6 * 0.5 / np.sqrt(len(label))
    share = (label == 0).mean()
    assert_that(
        abs(share - 0.5) <= band,
        "Half of the pairs on average are of one person: toss a coin for each item.",
        f"{100 * share:.0f} % of the pairs are of one person.",
    )


@task("3", share=0.25)
@probe("pairs")
def test_every_picture_comes_and_pairs_are_not_one_picture_twice(answer, case):
    first, second, label = _drawn(answer, case)
    count = len(case["people"])
    for side in (first, second):
        for kind in (0, 1):
            assert_that(
                np.isin(np.arange(count), side[label == kind]).all(),
                "Every picture of every person can come, on either side, in pairs of both kinds.",
                "some pictures never come.",
            )
    again = (first == second)[label == 0].mean()
    assert_that(
        again < 0.6,  # with three pictures a person, a third comes twice by chance; six deviations are 0.13
        "A pair of one person is mostly two different pictures: else the network learns nothing from it.",
        f"{100 * again:.0f} % of the pairs of one person are the same picture twice.",
    )


def _drawn(answer, case):
    hint = "Return the two pictures as the transform gives them, and a label of one number."
    count = len(case["people"])
    first, second, label = (
        answer.array(name, (case["draws"],), hint) for name in ("first", "second", "label")
    )
    assert_that(
        (first < count).all() and (second < count).all(), hint, "a picture is none of the data set's."
    )
    return first, second, label


# 4 the network

LAYERS = (
    (96, 1, 5, 5, 2, 2),
    (64, 96, 3, 3, 2, 2),
    (256, 3136, 0, 0),
    (128, 256, 0, 0),
    (32, 128, 0, 0),
    (2, 32, 0, 0),
)


@task("4", share=0.3)
@probe("network")
def test_the_layers_are_those_of_the_table(answer):
    assert_close(
        answer["layers"], np.array(6), hint="Two convolutions and four linear layers, each used once."
    )
    for number, layer in enumerate(LAYERS, 1):
        assert_close(
            answer[f"layer_{number}"],
            np.array(layer),
            hint=f"Layer {number} of six with weights: see the table for its size and stride.",
        )
    assert_close(
        answer["parameters"],
        np.array(_parameters()),
        hint="Weights and biases of six layers and of two batch normalisations, nothing else.",
    )


@task("4", share=0.3)
@probe("network")
def test_what_stands_between_the_convolutions(answer):
    for block, (kernel, stride) in ((1, (3, 2)), (2, (2, 2))):
        hint = f"Convolution {block}, BatchNorm, ReLU, max pooling {kernel} x {kernel}, stride {stride}."
        maps = answer.array(f"out_of_{block}", hint=hint)
        assert_that(
            maps.ndim == 4 and len(maps) > 0 and min(maps.shape[2:]) >= kernel,
            hint,
            f"layer {block} gives {maps.shape}: no maps that can be pooled.",
        )
        wanted = _pooled(_normalised(maps).clip(0), kernel, stride)
        wanted = wanted.reshape(len(wanted), -1) if block == 2 else wanted
        assert_close(answer[f"into_{block + 1}"], wanted, rtol=1e-3, atol=2e-3, hint=hint)


@task("4", share=0.15)
@probe("network")
def test_relu_stands_between_the_linear_layers_and_not_at_the_end(answer):
    hint = "ReLU between the linear layers; none after the last, or no embedding could be negative."
    for layer in (3, 4, 5):
        wanted = answer.array(f"out_of_{layer}", hint=hint).clip(0)
        assert_close(answer[f"into_{layer + 1}"], wanted, atol=1e-5, hint=hint)
    assert_close(answer["output"], answer["out_of_6"], atol=1e-6, hint=hint)


@task("4", share=0.25)
@probe("twins")
def test_both_streams_are_the_same_network(answer):
    hint = "`forward` returns a pair: `forward_each` of the first input, `forward_each` of the second."
    assert_close(answer["count"], np.array(2), hint=hint)
    for name in ("first", "second"):
        alone = answer.array(f"{name}_alone")
        assert_that(alone.std() > 0, hint, "all embeddings are the same.")
        assert_close(answer[name], alone, atol=1e-5, hint=hint)
    for name in ("first", "second"):
        shared = "Both streams share all their weights: a picture has one embedding, on whichever side it is."
        assert_close(answer[f"{name}_swapped"], answer[f"{name}_alone"], atol=1e-5, hint=shared)


def _normalised(maps):
    """Batch normalisation with a new layer's weights, of (B, C, H, W)."""
    mean, spread = maps.mean(axis=(0, 2, 3), keepdims=True), maps.var(axis=(0, 2, 3), keepdims=True)
    return (maps - mean) / np.sqrt(spread + 1e-5)


def _pooled(maps, kernel, stride):
    windows = np.lib.stride_tricks.sliding_window_view(maps, (kernel, kernel), axis=(2, 3))
    return windows[:, :, ::stride, ::stride].max(axis=(4, 5))


def _parameters():
    sizes = [np.prod([n for n in layer[:4] if n]) + layer[0] for layer in LAYERS]
    return int(sum(sizes)) + 2 * (96 + 64)


# 5.1 people it never saw


@task("5.1", share=0.2)
@probe("embeddings")
def test_the_weights_are_there_and_fit(answer, case):
    _embeddings(answer, case)


@task("5.1", share=0.4)
@probe("embeddings")
def test_people_are_told_apart_fairly(answer, case, settings):
    _assert_area(answer, case, settings["area_fair"])


@task("5.1", share=0.4)
@probe("embeddings")
def test_people_are_told_apart_well(answer, case, settings):
    _assert_area(answer, case, settings["area_good"])


def _assert_area(answer, case, least):
    area = _area(_embeddings(answer, case), _people(case["people_file"]))
    assert_that(
        area >= least,
        "Train for longer, and save the network after the training.",
        f"the area under the ROC is {area:.3f}, wanted {least:g}.",
    )


def _embeddings(answer, case):
    """A finite row for each picture, in double precision."""
    hint = "`forward_each` gives a finite embedding (2,) for each picture."
    found = answer.array("embeddings", hint=hint)
    assert_that(
        found.ndim == 2 and len(found) == len(case["pictures"]),
        hint,
        f"expected a row for each of {len(case['pictures'])} pictures, got {found.shape}.",
    )
    assert_that(np.isfinite(found).all(), hint, "some embeddings are not finite.")
    return found.astype(np.float64)


def _area(points, people):
    """How often a pair of one person is nearer than a pair of two; equal distances count a half."""
    row, column = np.triu_indices(len(points), 1)
    distance = np.linalg.norm(points[row] - points[column], axis=1)
    same = people[row] == people[column]
    apart = np.sort(distance[~same])
    nearer = [np.searchsorted(apart, distance[same], side) for side in ("left", "right")]
    return 1 - np.mean(nearer) / len(apart)


@cache
def _people(name):
    return np.array(json.loads((FIXTURES / name).read_text()))
