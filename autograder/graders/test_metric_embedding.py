"""Graders of the metric embedding lab. Trusted side.

Normalisation, padding and a last pooling are free in this lab, so networks are graded by what holds for all
of them: what a convolution is given is, up to these choices, a known function of what the one before it made.
Accuracies of handed-in weights are worked out here, from embeddings of images whose labels never enter the
sandbox.
"""

import itertools
import json
from functools import cache
from pathlib import Path

import numpy as np
import torch

from autograder.judging import assert_close, assert_that, probe, task

COURSE = Path(__file__).resolve().parents[2]
FIXTURES = COURSE / "fixtures/metric_embedding"


# 1 the data set


@task("1", share=0.4)
@probe("draws")
def test_positives_are_drawn_evenly_from_the_class_of_the_anchor(answer, case):
    labels = case["labels"].numpy()

    def fault(counts, anchor):
        own = labels == labels[anchor]
        others = own & (np.arange(len(labels)) != anchor)
        if counts[:-1][~own].any() or counts[-1]:
            return "an index is not that of an image of the anchor's class."
        if counts[anchor] > _band(counts.sum(), 1 / own.sum())[1]:
            return "the anchor itself is drawn too often."
        return _uneven(counts[:-1][others])

    _assert_draws(
        answer,
        case,
        "positive",
        fault,
        "Return the index (not the label, not the image) of a random image of the anchor's class.",
    )


@task("1", share=0.4)
@probe("draws")
def test_negatives_are_drawn_evenly_from_all_other_classes(answer, case):
    labels = case["labels"].numpy()

    def fault(counts, anchor):
        other = labels != labels[anchor]
        if counts[:-1][~other].any() or counts[-1]:
            return "an index is not that of an image of another class."
        classes = np.unique(labels[other])
        by_class = np.array([counts[:-1][labels == c].sum() for c in classes])
        sizes = np.array([(labels == c).sum() for c in classes])
        if _uneven(by_class) and _uneven(by_class, sizes):
            return "some classes come too often or too rarely."
        return next(filter(None, (_uneven(counts[:-1][labels == c]) for c in classes)), "")

    _assert_draws(
        answer,
        case,
        "negative",
        fault,
        "Return the index of a random image of any other class: each image, or each class, equally often.",
    )


@task("1", share=0.2)
@probe("items")
def test_images_targets_and_triplets_belong_together(answer, expected, case):
    hint = (
        "`train` yields (anchor, positive, negative, target), `traineval` and `test` (anchor, target); "
        "images are (1, 28, 28) with values from 0 to 1."
    )
    for split in ("train", "traineval", "test"):
        assert_close(answer[f"{split}_image"], expected[f"{split}_image"], hint=hint)
        assert_close(answer[f"{split}_anchor"], expected[f"{split}_anchor"], hint=hint)
        assert_close(answer[f"{split}_target"], expected[f"{split}_target"], hint=hint)
    labels = np.append(case["labels"].numpy(), -1)
    positive = _whole_numbers(answer, "positive", (len(labels) - 1,), hint).clip(-1, len(labels) - 1)
    negative = _whole_numbers(answer, "negative", (len(labels) - 1,), hint).clip(-1, len(labels) - 1)
    same, other = labels[positive] == labels[:-1], labels[negative] != labels[:-1]
    known = (negative < len(labels) - 1) & (positive < len(labels) - 1)
    assert_that((same & other & known).all(), hint, "a positive or negative is of the wrong class.")


# 2a the loss


@task("2a", share=0.7)
@probe("triplet_loss")
def test_the_loss_is_the_mean_hinge_over_the_triplets(answer, expected):
    assert_close(
        answer["loss"],
        expected["loss"],
        hint="The mean over the batch of max(d(a, p) - d(a, n) + 1, 0), with d the Euclidean distance of the "
        "embeddings that `get_features` gives.",
    )


@task("2a", share=0.3)
@probe("triplet_loss")
def test_the_loss_can_be_learned_from(answer, expected):
    for name in ("anchor_grad", "positive_grad", "negative_grad", "weight_grad"):
        _assert_gradient(answer, expected, name)


# 2b the block


@task("2b", share=0.2)
@probe("block_order")
def test_the_convolution_comes_last(answer):
    hint = "The convolution comes last: what it gives changes its sign with the kernel."
    output = _maps(answer, "output", hint)
    assert_close(-_maps(answer, "by_mirrored_kernel", hint), output, atol=1e-4, hint=hint)


@task("2b", share=0.15)
@probe("block_order")
def test_relu_comes_right_before_the_convolution(answer):
    output = answer.array("output")
    assert_that(
        (output >= 0).all() and (output > 0).any() and (output == 0).any(),
        "ReLU comes after the normalisation: nothing below zero gets to the convolution.",
        "the convolution is given other values than a ReLU gives.",
    )


@task("2b", share=0.25)
@probe("block_order")
def test_the_normalisation_comes_first(answer, case):
    images = case["images"].numpy().astype(np.float64)
    hint = "First comes the normalisation of the input, by batch or by groups; ReLU sees its output."
    output, mirrored = _maps(answer, "output", hint), _maps(answer, "of_mirrored_image", hint)
    assert_that(output.shape == mirrored.shape, hint)
    normalised = _inner(output - mirrored, images)
    assert_that(
        any(_near(normalised[:, : images.shape[1]], wanted) for wanted in _normalised(images)),
        hint,
        "what ReLU is given is not the normalised input.",
    )


@task("2b", share=0.2)
@probe("block_kernel")
def test_the_kernel_has_the_size_that_was_asked_for(answer, case):
    hint = "Pass `num_maps_in`, `num_maps_out` and `k` on to the convolution."
    assert_close(answer["kernel_shape"], np.array(case["kernel"].shape), hint=hint)
    output = _maps(answer, "output", hint)
    images = case["images"].numpy().astype(np.float64)
    kernel = case["kernel"].numpy().astype(np.float64)
    output = output - _maps(answer, "of_zero_kernel", hint)  # the bias is the next grader's affair
    assert_that(
        any(
            _near(output, _convolved(np.maximum(normal, 0), kernel, output.shape))
            for normal in _normalised(images)
        ),
        hint,
        "the output is not the convolution of what ReLU lets through.",
    )


@task("2b", share=0.2)
@probe("block_kernel")
def test_the_bias_is_there_when_it_was_asked_for(answer, case):
    hint = "Pass `bias` on to the convolution."
    output = _maps(answer, "of_zero_kernel", hint)
    offsets = case["offsets"].numpy() * bool(case["bias"])
    wanted = np.broadcast_to(offsets[:, None, None], (len(offsets), *output.shape[2:]))
    assert_close(output, np.broadcast_to(wanted, (len(output), *wanted.shape)), hint=hint)


# 2c the network


@task("2c", share=0.35)
@probe("network")
def test_three_blocks_of_their_own_are_chained(answer, case):
    channels, size = case["images"].shape[1], case["emb_size"]
    wanted = np.array([(size, maps, 3, 3) for maps in (channels, size, size)])
    assert_close(
        answer["kernel_shapes"],
        wanted,
        hint="Three blocks with kernels of 3: from `input_channels` to `emb_size` maps, then twice from "
        "`emb_size` to `emb_size`.",
    )
    assert_close(
        answer["order_of_calls"],
        np.arange(3),
        hint="Each of the three blocks is used once, in order: no block twice, none left out.",
    )
    assert_that(
        (answer.array("kernel_gradients") > 0).all(),
        "Do the features depend on each of the three blocks?",
        "the gradient of a kernel is zero.",
    )
    into = answer.array("into_1", hint="The image goes into the first block.")
    assert_that(
        any(_near(into, np.maximum(normal, 0)) for normal in _normalised(case["images"].numpy())),
        "The image goes into the first block as it is.",
        "the first block is given something else than the image.",
    )


@task("2c", share=0.35)
@probe("network")
def test_max_pooling_stands_between_the_blocks(answer):
    hint = "Between the blocks: max pooling with kernel 3 and stride 2 of what the block before gave."
    for block in (1, 2):
        into = answer.array(f"into_{block + 1}", hint=hint)
        assert_that(
            any(
                _near(into, np.maximum(normal, 0))
                for pooled in _pooled(_maps(answer, f"out_of_{block}", hint))
                for normal in _normalised(pooled)
                if normal.shape == into.shape
            ),
            hint,
            f"block {block + 1} is not given the pooled output of block {block}.",
        )


@task("2c", share=0.3)
@probe("network")
def test_the_features_are_the_means_of_the_last_maps(answer, case):
    hint = (
        "Global average pooling: the mean of each map over height and width, (B, emb_size), also for B = 1."
    )
    features = answer.array("features", (len(case["images"]), case["emb_size"]), hint)
    last = _maps(answer, "out_of_3", hint)
    assert_that(
        any(_near(features, maps.mean(axis=(2, 3))) for maps in (last, *_pooled(last))),
        hint,
        "the features are not the means of the third block's maps.",
    )


# 3b, 3d, 3e trained weights


@task("3b", share=0.5)
@probe("trained_on_all")
def test_the_network_has_learned(answer, case, settings):
    _assert_weights_matter(answer, case, settings)
    _assert_accuracy(answer, case, settings["all_fair"])


@task("3b", share=0.5)
@probe("trained_on_all")
def test_the_network_has_learned_well(answer, case, settings):
    _assert_own(answer, "metric-embedding.pth", settings)
    _assert_weights_matter(answer, case, settings)
    _assert_accuracy(answer, case, settings["all_good"])


@task("3c")
@probe("identity")
def test_features_in_image_space_are_the_pixels(answer, case):
    hint = "Each image becomes one row of its 784 pixels: (B, 784), also for B = 1."
    pixels = case["images"].numpy().reshape(len(case["images"]), -1)
    # Distances are all that classification looks at, so the order of the pixels is free.
    features = answer.array("features", pixels.shape, hint)
    one = answer.array("one", (1, pixels.shape[1]), hint)
    assert_close(features @ features.T, pixels @ pixels.T, hint=hint)
    assert_close(one @ features.T, pixels[:1] @ pixels.T, hint=hint)


@task("3d")
@probe("trained_on_all")
def test_the_saved_network_comes_back_as_it_was(answer, case, settings):
    _assert_weights_matter(answer, case, settings)


@task("3e", share=0.3)
@probe("kept")
def test_images_and_targets_go_together(answer, case):
    hint = "Drop the examples of `remove_class` from images and targets alike, in every split."
    for split, count in (("traineval", len(case["labels"])), ("test", case["tests"])):
        labels = case["labels"].numpy()[:count]
        stay = np.flatnonzero(labels != case["remove_class"])
        anchor = answer.array(f"{split}_anchor", stay.shape, hint)
        target = answer.array(f"{split}_target", stay.shape, hint)
        order = np.argsort(anchor)  # examples may change their places
        assert_close(anchor[order], stay, hint=hint)
        assert_close(target[order], labels[stay], hint=hint)


@task("3e", share=0.2)
@probe("kept_draws")
def test_triplets_do_without_the_removed_class(answer, case):
    hint = (
        "After the removal, draw from what is left: `self.classes` may still list the class, and positions "
        "have moved."
    )
    stay = np.append(case["labels"].numpy() != case["remove_class"], False)
    for role in ("anchor", "positive", "negative"):
        counts = _whole_numbers(answer, role, stay.shape, hint)
        assert_that(not counts[~stay].any(), hint, f"a {role} is of the removed class, or no image at all.")


@task("3e", share=0.5)
@probe("trained_without_0")
def test_the_network_that_never_saw_a_0_tells_ten_classes_apart(answer, case, settings):
    _assert_own(answer, "metric-embedding-without-0.pth", settings)
    others = answer["weights_of_all_digits"]
    assert_that(
        others is None or not _same_network(answer.array("weights"), np.asarray(others), settings),
        "Train a second network, on MNISTMetricDataset(..., remove_class=0).",
        "both files hold the same network.",
    )
    _assert_weights_matter(answer, case, settings)
    _assert_accuracy(answer, case, settings["without_0_good"])


# 4 looking at it


@task("4")
@probe("projection")
def test_the_points_span_the_plane_of_the_largest_variance(answer, case):
    hint = (
        "Two numbers for each row of X: its coordinates along the two directions in which the rows vary most "
        "(`torch.pca_lowrank` centres X by itself), not the directions themselves."
    )
    rows = case["features"].numpy().astype(np.float64)
    points = answer.array("points", (len(rows), 2), hint).astype(np.float64)
    assert_that((np.abs(points) < 1e30).all(), hint, "some points are not finite.")
    ours, sizes, _ = np.linalg.svd(points - points.mean(axis=0), full_matrices=False)
    assert_that(sizes[1] > 1e-6 * sizes[0], hint, "the points lie on a line.")
    wanted = np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)[0][:, :2]
    agreement = np.linalg.svd(ours.T @ wanted, compute_uv=False).min()
    assert_that(agreement > 0.99, hint, f"the plane is another one: cosine {agreement:.3f}.")


# helpers: what was observed


def _whole_numbers(answer, name, shape, hint):
    array = answer.array(name, shape, hint)
    assert_that(array.dtype.kind in "iu", hint, f"{name}: expected whole numbers.")
    return array


def _maps(answer, name, hint):
    """Maps (B, C, H, W) in double precision."""
    array = answer.array(name, hint=hint)
    assert_that(
        array.ndim == 4 and array.size > 0, hint, f"{name}: expected images with maps, got {array.shape}."
    )
    return array.astype(np.float64)


# helpers: draws


def _assert_draws(answer, case, name, fault, hint):
    """`fault` says what is wrong with the draws for one anchor; only what shows in both runs counts."""
    counts = _whole_numbers(answer, name, (2, len(case["anchors"]), len(case["labels"]) + 1), hint)
    for row, anchor in enumerate(case["anchors"].tolist()):
        faults = [fault(run[row], anchor) for run in counts]
        assert_that(not all(faults), hint, faults[0])


def _uneven(counts, weights=None):
    """What is wrong where some count lies outside its band of five sigma."""
    shares = np.ones(len(counts)) if weights is None else np.asarray(weights)
    low, high = _band(counts.sum(), shares / shares.sum())
    return (
        ""
        if ((counts >= low) & (counts <= high)).all() and counts.all()
        else "some images come too often, too rarely or never."
    )


def _band(draws, share):
    sigma = np.sqrt(draws * share * (1 - share))
    return draws * share - 5 * sigma, draws * share + 5 * sigma


# helpers: networks


def _normalised(images):
    """`images` (B, C, H, W) by batch normalisation and by group normalisation with any number of groups."""
    images = images.astype(np.float64)
    batch, channels = images.shape[:2]
    yield _standard(images, (0, 2, 3))
    for groups in (g for g in range(1, channels + 1) if channels % g == 0):
        yield _standard(images.reshape(batch, groups, -1), (2,)).reshape(images.shape)


def _standard(values, axes):
    centred = values - values.mean(axis=axes, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis=axes, keepdims=True) + 1e-5)


def _pooled(maps):
    """Max pooling, kernel 3 and stride 2, with all that may be chosen beside."""
    maps = torch.from_numpy(maps)
    for padding, ceil in itertools.product((0, 1), (False, True)):
        if min(maps.shape[2:]) + 2 * padding >= 3:
            yield torch.nn.functional.max_pool2d(maps, 3, 2, padding, ceil_mode=ceil).numpy()


def _convolved(maps, kernel, shape):
    """The convolution with as much padding as makes an output of `shape`; no output fits where none does."""
    k = kernel.shape[-1]
    padding = (shape[-1] - maps.shape[-1] + k - 1) / 2
    if padding not in range(k // 2 + 2):
        return np.full(maps.shape[:1], np.nan)
    padding = int(padding)
    maps = np.pad(maps, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(maps, (k, k), axis=(2, 3))
    return np.einsum("bchwij,ocij->bohw", windows, kernel)


def _inner(maps, images):
    """Without the frame that padding adds."""
    frame = max(0, (maps.shape[-1] - images.shape[-1]) // 2)
    return maps[..., frame : maps.shape[-2] - frame, frame : maps.shape[-1] - frame] if frame else maps


def _near(found, wanted):
    return found.shape == wanted.shape and bool(np.allclose(found, wanted, rtol=1e-3, atol=2e-3))


def _assert_gradient(answer, expected, name):
    wanted = expected.array(name)
    assert_close(
        answer.array(name, wanted.shape),
        wanted,
        rtol=1e-3,
        atol=1e-5,
        hint="Keep everything a tensor of the graph: no item(), no detach(), no NumPy on the way.",
    )


# helpers: trained weights


def _assert_accuracy(answer, case, least):
    labels = _labels(case["labels_file"])
    accuracy = _accuracy(_embeddings(answer, "embeddings", len(labels)), labels)
    assert_that(
        accuracy >= least,
        "Train for longer, and save the network after the training.",
        f"{100 * accuracy:.1f} % of unseen digits are right, wanted {100 * least:g} %.",
    )


def _assert_weights_matter(answer, case, settings):
    """Untrained weights do no better than themselves shuffled; nor do features that ignore the weights."""
    labels = _labels(case["labels_file"])
    shuffled = _embeddings(answer, "by_shuffled_kernels", 3, len(labels))
    gain = _accuracy(_embeddings(answer, "embeddings", len(labels)), labels)
    gain -= np.mean([_accuracy(embeddings, labels) for embeddings in shuffled])
    assert_that(
        gain >= settings["gain"],
        "Save `model.state_dict()` of the trained model, after the training; `get_features` makes the "
        "embeddings with these weights.",
        f"on unseen digits these weights gain {100 * gain:.1f} percentage points over themselves shuffled, "
        f"wanted {100 * settings['gain']:g}.",
    )


def _embeddings(answer, name, *counts):
    embeddings = answer.array(name, (*counts, 32), "`get_features` gives (B, emb_size).").astype(np.float64)
    assert_that(np.isfinite(embeddings).all(), "Did the loss become NaN?", "some embeddings are not finite.")
    return embeddings


def _accuracy(embeddings, labels):
    """The share of images nearest to their own class's mean, each half of them by the means of the other."""
    directions = embeddings / np.maximum(np.linalg.norm(embeddings, axis=1, keepdims=True), 1e-12)
    half = np.arange(len(labels)) % 2
    right = 0
    for one in (0, 1):
        known, asked = half == one, half != one
        means = np.stack([embeddings[known & (labels == c)].mean(axis=0) for c in range(10)])
        means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-12)
        right += ((directions[asked] @ means.T).argmax(axis=1) == labels[asked]).sum()
    return right / len(labels)


def _assert_own(answer, file, settings):
    released = FIXTURES / "checkpoints" / f"released-{file}"
    assert_that(
        not _same_network(answer.array("weights"), _weights(released), settings),
        "Train your own: it takes a few minutes. The released network is there to compare with.",
        "this is the network that comes with the lab.",
    )


def _same_network(one, other, settings):
    """Nearly the same numbers in the same places, or most of the other's very numbers in any place.

    The second sees through entries in another order, entries added and permuted maps. Only numbers that half
    precision cannot hold count: of those that it can, networks have most in common by chance.
    """
    with np.errstate(over="ignore"):
        fine = other[other != other.astype(np.float16)]
    if len(fine) > 0.5 * len(other) and np.isin(fine, one).mean() > 0.5:
        return True
    return one.shape == other.shape and bool(
        np.linalg.norm(one - other) < settings["same_network"] * np.linalg.norm(other)
    )


@cache
def _weights(path):
    state = torch.load(path, map_location="cpu", weights_only=True)
    return torch.cat([value.float().flatten() for value in state.values() if value.dim()]).numpy()


@cache
def _labels(name):
    """The labels of a case's images; those of secret cases lie where neither sandbox nor student can read."""
    return np.array(json.loads((FIXTURES / name).read_text()))
