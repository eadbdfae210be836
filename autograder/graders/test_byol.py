"""Graders of the BYOL lab. Trusted side.

Augmentations are judged by statistics of many views. What a statistic should be is in `byol.toml`: mean and
deviation over 5,000 views by the reference, measured by the same functions (solutions/byol/measure_views.py).
There are two runs, each of new draws, and only what fails in both counts. In each a statistic may be 3.7
sigma off, or, where it is a share, as unlikely by its binomial tail: both fail by chance in one of 20
million, less often than five sigma once.
"""

import math
from dataclasses import dataclass, fields

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional as F

from autograder.judging import Mismatch, assert_close, assert_same_direction, assert_that, probe, task

MEAN, STD = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
SIGMAS, TAIL = 3.7, 1.1e-4  # for each of two runs; the probability of one tail


# 1 data


@task("1", share=0.4)
@probe("loaders")
def test_pictures_and_labels_belong_together(answer, case):
    hint = "Each loader yields (images, labels), as the data set has them; the test yields every one once."
    for split, first, labels in _splits(case):
        rows = _numbers(answer, split, "values", hint) - first
        whole = len(labels) if split == "test" else len(rows)
        assert_that(_once_each(rows, len(labels), whole), hint, f"{split}: these are not its pictures.")
        if split != "unlabeled":
            assert_close(answer[f"{split}_labels"], labels[rows], hint=hint)


@task("1", share=0.3)
@probe("loaders")
def test_pictures_are_normalised(answer, expected, case):
    hint = "From a PIL image to a tensor (3, 96, 96), values from 0 to 1, then minus MEAN, divided by STD."
    for split, _, _ in _splits(case):
        assert_close(answer[f"{split}_shape"], expected[f"{split}_shape"], hint=hint)
        wanted = _colours(_numbers(answer, split, "values", hint), case)
        assert_close(answer[f"{split}_values"], wanted, rtol=1e-3, atol=1e-3, hint=hint)


@task("1", share=0.15)
@probe("loaders")
def test_batches_have_128_pictures(answer, case):
    for split, _, labels in _splits(case):
        hint = "Batches of `batch_size`; the last one has what is left."
        dropped = [] if split == "test" else [[128]]  # the last batch of a training
        fits = answer.array(f"{split}_sizes").tolist() in [[128, len(labels) - 128], *dropped]
        assert_that(fits, hint, f"{split}: the batches have other sizes.")


@task("1", share=0.15)
@probe("loaders")
def test_training_pictures_come_in_a_new_order(answer, case):
    hint = "`train` and `unlabeled` are shuffled anew in each epoch."
    for split in ("train", "unlabeled"):
        one, other = (_numbers(answer, split, name, hint) for name in ("values", "again"))
        same = (one[: len(other)] == other[: len(one)]).all() or (np.diff(one) > 0).all()
        assert_that(not same, hint, f"{split}: the order is always the same.")


# 2 supervised baseline


@task("2.1")
@probe("counts")
def test_right_predictions_are_counted(answer, expected):
    hint = "The prediction of an image is the class with the largest value. Count images, no share."
    assert_close(answer.number("count"), expected["count"], hint=hint)


@task("2.2", share=0.4)
@probe("validation")
def test_the_loss_is_the_mean_over_images(answer, expected, case):
    hint = "`loss_fn` gives the mean of a batch, and the last batch is smaller. Eval mode, as always."
    for name in _validations(case):
        assert_close(answer.number(f"loss_{name}"), expected[f"loss_{name}"], hint=hint)


@task("2.2", share=0.2)
@probe("validation")
def test_the_accuracy_is_a_share_of_all_images(answer, expected, case):
    hint = "Right predictions of all batches, divided by the number of all images."
    for name in _validations(case):
        assert_close(answer.number(f"accuracy_{name}"), expected[f"accuracy_{name}"], hint=hint)


@task("2.2", share=0.4)
@probe("validation")
def test_the_model_is_left_as_it_came(answer, expected, case):
    hint = "A model that came in train mode leaves in train mode, one in eval mode in eval mode."
    for name in _validations(case):
        assert_close(answer[f"mode_{name}"], expected[f"mode_{name}"], hint=hint)
    hint = "Validation learns nothing: no gradients, and eval mode, in which statistics stay."
    assert_close(answer["statistics"], expected["statistics"], hint=hint)
    assert_close(answer["gradient"], expected["gradient"], hint=hint)
    assert_that((answer.array("recorded") == 0).all(), hint, "the model ran with gradients on.")


@task("2.3", share=0.7)
@probe("fitting")
def test_the_weights_follow_the_gradient_of_each_batch(answer, expected):
    hint = "For each batch: loss in train mode, zero_grad, backward, step. Every epoch sees all batches."
    assert_close(answer["weights"], expected["weights"], rtol=1e-3, atol=1e-5, hint=hint)


@task("2.3", share=0.3)
@probe("fitting")
def test_training_is_in_train_mode(answer, expected):
    hint = "The model may come in eval mode: call `model.train()` before the batches of an epoch."
    assert_close(answer["statistics"], expected["statistics"], rtol=1e-3, atol=1e-5, hint=hint)


@task("2.4")
@probe("resnet")
def test_it_is_resnet_18_with_the_wanted_outputs(answer, expected):
    hint = "`models.resnet18(num_classes=num_classes)`, no other depth and no layer on top."
    assert_close(answer["output_shape"], expected["output_shape"], hint=hint)
    assert_close(answer["shapes"], expected["shapes"], hint=hint)


# 3 augmentations


@task("3.1", share=0.15)
@probe("views_t")
def test_views_of_t_are_normalised_tensors(answer, expected):
    _assert_normalised(answer, expected)


@task("3.1", share=0.2)
@probe("views_t")
def test_crops_of_t_have_the_sizes_of_the_paper(answer, expected, settings):
    _assert_usual(CROP, answer, expected, settings, "t")


@task("3.1", share=0.05)
@probe("views_t")
def test_t_mirrors_every_other_picture(answer, expected, settings):
    _assert_usual(FLIP, answer, expected, settings, "t")


@task("3.1", share=0.3)
@probe("views_t")
def test_the_jitter_of_t_is_that_of_the_paper(answer, expected, settings):
    _assert_usual(JITTER, answer, expected, settings, "t")


@task("3.1", share=0.1)
@probe("views_t")
def test_t_makes_one_picture_in_five_grey(answer, expected, settings):
    _assert_usual(GREY, answer, expected, settings, "t")


@task("3.1", share=0.1)
@probe("views_t")
def test_t_always_blurs(answer, expected, settings):
    _assert_usual(BLUR, answer, expected, settings, "t")


@task("3.1", share=0.1)
@probe("views_t")
def test_t_never_solarises(answer, expected, settings):
    _assert_usual(SOLARISE, answer, expected, settings, "t")


@task("3.2", share=0.2)
@probe("views_t_prime")
def test_t_prime_does_the_rest_as_t(answer, expected, settings):
    _assert_normalised(answer, expected)
    _assert_usual(CROP | FLIP | JITTER | GREY, answer, expected, settings, "t_prime")


@task("3.2", share=0.4)
@probe("views_t_prime")
def test_t_prime_blurs_one_picture_in_ten(answer, expected, settings):
    _assert_usual(BLUR, answer, expected, settings, "t_prime")


@task("3.2", share=0.4)
@probe("views_t_prime")
def test_t_prime_solarises_one_picture_in_five(answer, expected, settings):
    _assert_usual(SOLARISE, answer, expected, settings, "t_prime")


# 4 two views


@task("4", share=0.6)
@probe("pairs")
def test_both_views_show_the_same_picture(answer, expected):
    hint = "Both transforms get the picture that TwoViews was called with; the result is a pair."
    for name in ("views", "first_picture", "second_picture", "labels"):
        assert_close(answer[name], expected[name], hint=hint)


@task("4", share=0.4)
@probe("pairs")
def test_each_view_is_drawn_anew_by_its_own_transform(answer, expected):
    hint = "The first view by `t`, the second by `t_prime`, each called once for each picture."
    for name in ("first_call", "second_call"):
        assert_close(answer[name], expected[name], hint=hint)


# 5 model


@task("5.1", share=0.3)
@probe("mlp")
def test_an_mlp_is_linear_norm_relu_linear(answer, expected, case):
    hint = "Linear, BatchNorm1d, ReLU, Linear: (input_size, hidden_size), then (hidden_size, output_size)."
    for name in ("linear_shapes", "norm_sizes"):
        assert_close(answer[name], expected[name], hint=hint)
    output = answer.array("output", expected.array("output").shape, hint)
    fits = [np.allclose(output, wanted, rtol=1e-3, atol=1e-3) for wanted in _mlp_outputs(case)]
    assert_that(any(fits), hint, "the output is another one.")


@task("5.1", share=0.4)
@probe("construction")
def test_the_target_is_a_frozen_copy_of_the_online_network(answer):
    hint = "`copy.deepcopy` of online encoder and projector, with `requires_grad_(False)`."
    assert_close(answer["target"], answer["online"], hint=hint)
    assert_close(answer["target_afterwards"], answer["online"], hint=f"{hint} It must be another object.")
    assert_close(answer["trainable_in_target"], 0, hint=hint)


@task("5.1", share=0.3)
@probe("construction")
def test_projector_and_predictor_have_the_wanted_sizes(answer, expected):
    hint = (
        "The projector maps `input_size` to `projection_size`, the predictor `projection_size` to itself; "
        "both are MLPs with `hidden_size`, and learn."
    )
    names = ("projection_shape", "predictor_output", "predictor_weights", "trainable_online", "found")
    for name in names:
        assert_close(answer[name], expected[name], hint=hint)


@task("5.2", share=0.4)
@probe("forwards")
def test_z_are_the_projections_of_the_target(answer, expected):
    hint = "z1 and z2: target encoder, then target projector, of x1 and of x2; no predictor."
    for name in ("z1", "z2"):
        assert_close(answer[name], expected[name], rtol=1e-3, atol=1e-5, hint=hint)


@task("5.2", share=0.4)
@probe("forwards")
def test_p_are_the_predictions_of_the_online_network(answer, expected):
    hint = "p1 and p2: online encoder, online projector, online predictor, of x1 and of x2."
    for name in ("p1", "p2"):
        assert_close(answer[name], expected[name], rtol=1e-3, atol=1e-5, hint=hint)


@task("5.2", share=0.2)
@probe("forwards")
def test_gradients_reach_the_online_network_alone(answer, expected):
    hint = "The projections of the target are computed without gradient, the predictions with it."
    for name in ("target_gradient", "online_gradient"):
        assert_close(answer[name], expected[name], rtol=1e-2, atol=1e-3, hint=hint)


@task("5.3", share=0.5)
@probe("losses")
def test_a_prediction_is_compared_with_the_direction_of_the_other_view(answer, expected, case):
    hint = "p1 with z2, p2 with z1, all normalised: 2 - 2 cos, or that times a factor, plus a constant."
    first, second, fits = _weights(answer.array("losses", expected.array("losses").shape, hint), case)
    right = fits and min(first, second) > -1e-3 and max(first, second) > 1e-4
    assert_that(right, hint, "it is another function.")


@task("5.3", share=0.2)
@probe("losses")
def test_both_directions_count_alike(answer, expected, case):
    hint = "The loss is symmetric: p1 against z2 and p2 against z1, with the same weight."
    first, second, _ = _weights(answer.array("losses", expected.array("losses").shape, hint), case)
    assert_that(min(first, second) > 0.99 * max(first, second) > 0, hint, "one direction counts for more.")


@task("5.3", share=0.3)
@probe("losses")
def test_the_gradients_of_both_predictions_have_the_right_direction(answer, expected):
    hint = "Keep everything a tensor of the graph; only the projections z are taken as they are."
    assert_same_direction(answer["gradients"], expected["gradients"], hint=hint, cosine=0.999)


@task("5.4")
@probe("updates")
def test_the_target_moves_by_one_part_in_the_direction_of_the_online_network(answer, expected):
    hint = "tau times the target plus (1 - tau) times the online network, encoder and projector, in place."
    for name in ("once", "twice"):
        assert_close(answer[name], expected[name], rtol=1e-4, atol=1e-5, hint=hint)
    hint = "The online network stays as it is."
    assert_close(answer["online_afterwards"], expected["online_afterwards"], hint=hint)


@task("5.5")
@probe("schedule")
def test_tau_rises_along_half_a_cosine(answer, expected):
    hint = "It is `base` at the first step and 1 at the last; the default is 0.996."
    for name in ("default", "other"):
        assert_close(answer[name], expected[name], rtol=1e-6, hint=hint)


# 6 training


@task("6", share=0.3)
@probe("byol_training")
def test_the_online_network_follows_the_gradient_of_every_batch(answer, expected):
    hint = "Each batch in train mode: forward, loss, zero_grad, backward, step; all batches, every epoch."

    def fits(model):
        for name in ("online", "online_afterwards", "statistics"):
            found, wanted = answer[f"{model}_{name}"], expected[f"{model}_{name}"]
            assert_close(found, wanted, rtol=1e-2, atol=2e-3, hint=hint)

    _assert_either(fits)


@task("6", share=0.3)
@probe("byol_training")
def test_the_target_follows_after_every_step(answer, expected, case):
    hint = "After every step of the optimizer, once, the target moves towards the new online network."

    def fits(model):
        names = f"{model}_online", f"{model}_target"
        online, target = (answer.array(name, expected.array(name).shape, hint) for name in names)
        step = _first_wrong_move(online[:, : target.shape[1]], target, 1 - case["tau"])
        assert_that(step is None, hint, f"in step {step} the target does not move as it should.")

    _assert_either(fits)


@task("6", share=0.1)
@probe("byol_training")
def test_the_history_has_the_mean_loss_of_each_epoch(answer, expected):
    hint = 'Return {"train_loss": [...]} with the mean loss of the batches, one number an epoch.'
    assert_close(answer["given_train_loss"], expected["given_train_loss"], rtol=1e-2, atol=1e-3, hint=hint)


@task("6", share=0.2)
@probe("early_stopping")
def test_training_stops_when_nothing_improves(answer, expected):
    hint = "Stop when for `patience` epochs no mean loss was smaller than the best one before."
    wanted = expected.array("epochs")
    run, noted = answer.array("epochs", wanted.shape, hint).T
    assert_close(noted, run, hint="The history has one number for each epoch.")
    late = run - wanted[:, 0]  # some count the epochs beyond the patience
    assert_that(((late == 0) | (late == 1)).all(), hint, f"it stopped after {run.tolist()} epochs.")


@task("6", share=0.1)
@probe("deviations")
def test_the_deviation_is_that_of_the_directions(answer, expected):
    hint = "Normalise each projection, then the deviation over the batch, then the mean over the features."
    assert_same_direction(answer["deviations"], expected["deviations"], hint=hint)


# 7 few labels


@task("7.1", share=0.4)
@probe("heads")
def test_a_linear_layer_stands_on_the_features(answer, expected):
    hint = "The features of the encoder, then a linear layer with an output for each class."
    for name in ("frozen_before", "free_before"):
        assert_close(answer[name], expected[name], rtol=1e-3, atol=1e-4, hint=hint)


@task("7.1", share=0.3)
@probe("heads")
def test_a_frozen_encoder_stays_as_it_is(answer, expected):
    hint = "Frozen: no gradient for the encoder, and its batch normalisation in eval mode even in training."
    assert_close(answer["frozen_after"], expected["frozen_after"], rtol=1e-3, atol=1e-4, hint=hint)
    assert_close(answer["frozen_trained"], expected["frozen_trained"], hint=hint)


@task("7.1", share=0.3)
@probe("heads")
def test_a_free_one_learns_and_the_original_does_not(answer, expected):
    hint = "Work on a deep copy of the encoder; without `freeze` all of the copy learns."
    assert_close(answer["free_after"], expected["free_after"], rtol=1e-2, atol=1e-3, hint=hint)
    for name in ("frozen_original", "free_original"):
        assert_close(answer[name], expected[name], hint=hint)


# helpers: loaders


def _splits(case):
    """Name, number of the first picture, and labels of each split; without pictures of its own `unlabeled`
    is `train`.
    """
    train, test, unlabeled = (np.asarray(case[f"{split}_labels"]) for split in ("train", "test", "unlabeled"))
    yield "train", 0, train
    yield "test", len(train), test
    own = len(unlabeled) > 0
    yield "unlabeled", len(train) + len(test) if own else 0, unlabeled if own else train


def _once_each(rows, below, count):
    """Whether `count` rows are there, all below a number, none twice."""
    return len(rows) == count == len(set(rows.tolist())) and (rows >= 0).all() and (rows < below).all()


def _numbers(answer, split, name, hint):
    """The numbers of the pictures that normalised colours are nearest to."""
    values = answer.array(f"{split}_{name}", hint=hint)
    assert_that(values.ndim == 2 and values.shape[1] == 3, hint, f"{split}: images are not (3, 96, 96).")
    red, green, _ = np.nan_to_num(255 * (values.astype(np.float64) * STD + MEAN)).T
    low, high = np.rint((red - 7) / 16), np.rint((green - 5) / 6)
    return (np.clip(low, 0, 15) + 16 * np.clip(high, 0, 40)).astype(int)


def _colours(numbers, case):
    """The normalised colours of pictures: red and green are their number, blue is the case's."""
    blue = np.full(len(numbers), int(case["colours"][0]))
    plain = np.stack([numbers % 16 * 16 + 7, numbers // 16 * 6 + 5, blue], axis=1)
    return (plain / 255 - MEAN) / STD


def _validations(case):
    return [f"{size}_{mode}" for size in case["sizes"].tolist() for mode in ("train", "eval")]


# helpers: augmentations. A statistic takes the views of one run and gives a value for each view that shows
# it; where that says whether something happened, its mean is a share.

DARK, LIGHT = np.array([31, 24, 24]) / 255, np.array([71, 57, 57]) / 255
BRIGHT = 235 / 255
HALF, LEVEL = 0.002, 0.006  # of 0 to 1: half a step of a byte, and one and a half


@dataclass(frozen=True)
class Views:
    """What the probe saw in the views of one run, values from 0 to 1.

    Of the two halves: colours (N, 3) of the darker and of the lighter one, how much lighter it is on the
    right, the share of light columns, the steepest step between two columns. Of the bright picture: its mean.
    Of the waves: how many of them, in each direction.
    """

    dark: NDArray[np.float64]
    light: NDArray[np.float64]
    lean: NDArray[np.float64]
    light_share: NDArray[np.float64]
    steepest: NDArray[np.float64]
    bright: NDArray[np.float64]
    across: NDArray[np.float64]
    down: NDArray[np.float64]

    @property
    def span(self):
        """How much lighter the lighter half is."""
        return self.light.max(axis=1) - self.dark.max(axis=1)

    @property
    def jittered(self):
        """Which of the halves were jittered, in colour, with both halves in view."""
        return (self.span > 0.04) & ~grey(self) & (np.abs(self.light - LIGHT).max(axis=1) >= LEVEL)


def grey(views):
    """Whether the view has no colour."""
    return np.ptp(views.light, axis=1) < HALF


def mirrored(views):
    """Whether the dark half is on the right."""
    return views.lean[np.abs(views.lean) > 0.5 * np.maximum(views.span, 0.04)] < 0


def jittered(views):
    """Whether a view has other colours than the picture: of the halves, where it is coloured; of the bright
    picture, which is grey already, always. Both together, since every fifth view is a rare thing to miss.
    """
    to = {
        (half, shade): np.abs(colour - plain).max(axis=1) < LEVEL
        for half, colour in (("dark", views.dark), ("light", views.light))
        for shade, plain in (("dark", DARK), ("light", LIGHT))
    }
    same = to["dark", "dark"] & (to["light", "dark"] | to["light", "light"]) | to["dark", "light"]
    kept = np.minimum(np.abs(views.bright - BRIGHT), np.abs(views.bright - (1 - BRIGHT))) < LEVEL / 2
    return ~np.concatenate([same[~grey(views)], kept])


def contrast(views):
    """How far the difference of both halves moves: by brightness and contrast."""
    span = views.span[views.jittered]
    return np.abs(np.log(np.maximum(span, 1e-3) / (LIGHT - DARK)[0]))


def brightness(views):
    """How far the brightness moves, freed from the contrast, which keeps the mean."""
    shown = views.jittered
    share, times = views.light_share[shown], views.span[shown] / (LIGHT - DARK)[0]
    mean = share * LIGHT[0] + (1 - share) * DARK[0]
    return np.abs((views.light[shown].max(axis=1) - times * LIGHT[0]) / mean + times - 1)


def saturation(views):
    """How far the colour moves beside the difference of both halves, which all else changes alike. At most
    0.3: where the edge is blurred into an end, the difference is small, and one such view would outweigh all.
    """
    shown = views.jittered
    colour = np.ptp(views.light[shown], axis=1) / views.span[shown]
    return np.minimum(np.abs(colour / (np.ptp(LIGHT) / (LIGHT - DARK)[0]) - 1), 0.3)


def hue(views):
    """How far the hue moves, in turns."""
    red, green, blue = views.light[views.jittered].T
    return np.abs(np.arctan2((green - blue) * math.sqrt(3) / 2, red - (green + blue) / 2)) / (2 * math.pi)


def steepness(views):
    """The steepest step between two columns, as a part of the difference of both halves."""
    return (views.steepest / np.maximum(views.span, 1e-6))[views.span > 0.04]


def solarised(views):
    """Whether a bright picture became dark."""
    return views.bright < 0.5


def turned_dark(views):
    """Whether a dark picture became bright."""
    return views.light.max(axis=1) > 0.55


def area(views):
    """The part of the picture's area that is seen."""
    return views.across * views.down / 64


def small_area(views):
    """Whether less than a fifth of the area is seen."""
    return area(views) < 0.2


def ratio(views):
    """How far the logarithm of width to height is from 0."""
    return np.abs(np.log(np.maximum(views.across, 0.1) / np.maximum(views.down, 0.1)))


CROP = {
    area: "Random crops of 8 to 100 % of the area, resized to SIZE.",
    small_area: "Random crops of 8 to 100 % of the area: some are small.",
    ratio: "Crops of a ratio from 3/4 to 4/3.",
}
FLIP = {mirrored: "Mirror every other picture, left to right."}
JITTER = {
    jittered: "The colour jitter acts with probability 0.8, as a whole.",
    brightness: "The jitter's brightness is 0.4.",
    contrast: "The jitter's contrast is 0.4.",
    saturation: "The jitter's saturation is 0.2.",
    hue: "The jitter's hue is 0.1.",
}
GREY = {grey: "One view in five is grey."}
BLUR = {steepness: "Gaussian blur with sigma from 0.1 to 2.0: always in t, in one view in ten in t'."}
SOLARISE = {
    solarised: "Solarise in one view in five in t', never in t.",
    turned_dark: "What is below half of the range stays: on a PIL image, half of the range is 128.",
}


def _runs(answer, expected):
    """The views of both runs."""
    hint = "Views are float tensors (3, SIZE, SIZE)."
    names = [field.name for field in fields(Views)]
    arrays = [answer.array(name, expected.array(name).shape, hint).astype(np.float64) for name in names]
    assert_that(all(np.isfinite(array).all() for array in arrays), hint, "some values are not finite.")
    return [Views(*run) for run in zip(*arrays, strict=True)]


def _assert_normalised(answer, expected):
    hint = "PIL image -> ToTensor, with values from 0 to 1, then Normalize(MEAN, STD): float (3, SIZE, SIZE)."
    assert_close(answer["shape"], expected["shape"], hint=hint)
    for views in _runs(answer, expected):
        plain = np.concatenate([views.dark.ravel(), views.light.ravel(), views.bright])
        inside = plain.min() > -0.01 and plain.max() < 1.01
        assert_that(inside, hint, "values are not normalised as they should be.")


def _assert_usual(statistics, answer, expected, settings, side):
    """In one run of both at least, each statistic is as usual for the reference."""
    runs = _runs(answer, expected)
    for statistic, hint in statistics.items():
        faults = [_fault(statistic(views), settings, f"{side}_{statistic.__name__}") for views in runs]
        assert_that(not all(faults), hint, faults[0])


def _fault(values, settings, name):
    """What is wrong with the values of one run, or nothing."""
    if len(values) < 5:
        return "too few views show what should be seen."
    if values.dtype == bool:
        return _unlikely(int(values.sum()), len(values), settings[name])
    mean, deviation = settings[name], settings[f"{name}_deviation"]
    if abs(values.mean() - mean) > SIGMAS * deviation / math.sqrt(len(values)):
        return f"on average {values.mean():.3f}, expected {mean:.3f}."
    return ""


def _unlikely(count, draws, share):
    """What is wrong with a count where its binomial tail is less likely than a run allows."""
    terms = [math.comb(draws, k) * share**k * (1 - share) ** (draws - k) for k in range(draws + 1)]
    if sum(terms[: count + 1]) < TAIL or sum(terms[count:]) < TAIL:
        return f"{count} of {draws} views, expected a share of {share:.2f}."
    return ""


# helpers: networks


def _mlp_outputs(case):
    """What an MLP of the case's weights makes of its inputs, with the norm before the ReLU and after it."""
    w1, w2, gain, shift, inputs = (case[name].double() for name in ("w1", "w2", "gain", "shift", "inputs"))

    def norm(values):
        return F.batch_norm(values, None, None, gain, shift, training=True)

    hidden = inputs @ w1.T
    return [(inner @ w2.T).numpy() for inner in (F.relu(norm(hidden)), norm(F.relu(hidden)))]


def _weights(losses, case):
    """Weights of both directions in the losses, and whether these and a constant explain them."""
    z1, z2, p1, p2 = (case[name].double() for name in ("z1", "z2", "p1", "p2"))
    parts = [2 - 2 * torch.cosine_similarity(p, z, dim=-1).mean(dim=-1) for p, z in ((p1, z2), (p2, z1))]
    table = torch.stack([*parts, torch.ones_like(parts[0])], dim=1).numpy()
    losses = np.nan_to_num(losses.astype(np.float64))
    weights = np.linalg.lstsq(table, losses, rcond=None)[0]
    spread, off = np.abs(losses - losses.mean()).max(), np.abs(table @ weights - losses).max()
    return weights[0], weights[1], spread > 1e-6 and off < 1e-3 * spread


def _first_wrong_move(aims, target, most):
    """The first step, from 1, in which the target does not go a part, up to `most`, of the way to its aim.

    Aims (steps, D), target (steps + 1, D). In the last step it may stand still: a schedule ends with tau = 1.
    """
    for step, (aim, before, after) in enumerate(zip(aims, target[:-1], target[1:], strict=True), 1):
        way, moved = aim - before, after - before
        part = (way * moved).sum() / max((way * way).sum(), 1e-12)
        in_range = part < 1.01 * most and (part > 1e-6 or step == len(aims))
        if not (in_range and np.allclose(moved, part * way, atol=2e-4)):
            return step
    return None


def _assert_either(fits):
    """With the student's own model, where the update may live in its methods, or with given ones."""
    try:
        fits("own")
    except Mismatch:
        fits("given")
