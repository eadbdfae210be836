"""Graders of the BYOL lab. Trusted side.

Augmentations are judged by statistics of many views. What a statistic should be is in `byol.toml`: mean and
deviation over 5,000 views by the reference, measured by the same functions (solutions/byol/measure_views.py).
There are two runs with other seeds, and only what fails in both counts. In each a statistic may be 3.7 sigma
off, or, where it is a share, as unlikely by its binomial tail: both fail by chance in one of 20 million, less
often than five sigma once.
"""

import math

import numpy as np

from autograder.judging import assert_close, assert_same_direction, assert_that, probe, task

MEAN, STD = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
SIGMAS, TAIL = 3.7, 1.1e-4  # for each of two runs; the probability of one tail


# 1 data


@task("1", share=0.4)
@probe("loaders")
def test_pictures_and_labels_belong_together(answer, case):
    hint = (
        "Each loader yields (images, labels), as the data set has them; the test yields every picture once."
    )
    for split, first in _splits(case):
        labels = case[f"{split}_labels"].numpy()
        numbers = _numbers(answer, split, "values", hint)
        found = answer.array(f"{split}_labels", numbers.shape, hint)
        inside = (numbers >= first) & (numbers < first + len(labels))
        assert_that(inside.all(), hint, f"{split}: some pictures are of another split.")
        assert_that(len(set(numbers.tolist())) == len(numbers), hint, f"{split}: a picture comes twice.")
        if split != "unlabeled":
            assert_close(found, labels[numbers - first], hint=hint)
    assert_that(
        len(_numbers(answer, "test", "values", hint)) == len(case["test_labels"]),
        hint,
        "test: some pictures are missing.",
    )


@task("1", share=0.3)
@probe("loaders")
def test_pictures_are_normalised(answer, case):
    hint = (
        "From a PIL image to a tensor (3, 96, 96) with values from 0 to 1, then minus MEAN, divided by STD."
    )
    for split, _ in _splits(case):
        assert_close(answer[f"{split}_shape"], np.array([3, 96, 96]), hint=hint)
        values = _values(answer, split, "values", hint)
        assert_close(values, _picture(_nearest(values), case), rtol=1e-3, atol=1e-3, hint=hint)


@task("1", share=0.3)
@probe("loaders")
def test_batches_have_128_pictures_in_a_new_order(answer, case):
    hint = "Batches of `batch_size`; `train` and `unlabeled` shuffled anew in each epoch."
    for split, _ in _splits(case):
        sizes = answer.array(f"{split}_sizes", hint=hint)
        rest = len(_split_labels(case, split)) - 128
        wanted = [[128, rest]] if split == "test" else [[128, rest], [128]]
        assert_that(sizes.tolist() in wanted, hint, f"{split}: the batches have other sizes.")
        if split != "test":
            one, other = (_numbers(answer, split, name, hint) for name in ("values", "again"))
            same = (one[: len(other)] == other[: len(one)]).all()
            assert_that(
                not same and (np.diff(one) < 0).any(), hint, f"{split}: the order is always the same."
            )


# 2 supervised baseline


@task("2.1")
@probe("counts")
def test_right_predictions_are_counted(answer, expected):
    assert_close(
        answer.number("count"),
        expected["count"],
        hint="The prediction of an image is the class with the largest value. Count images, no share.",
    )


@task("2.2", share=0.4)
@probe("validation")
def test_the_loss_is_the_mean_over_images(answer, expected, case):
    for name in _runs(case):
        assert_close(
            np.asarray(answer.number(f"loss_{name}")),
            expected[f"loss_{name}"],
            hint="`loss_fn` gives the mean of a batch, and the last batch is smaller. Eval mode, as always.",
        )


@task("2.2", share=0.2)
@probe("validation")
def test_the_accuracy_is_a_share_of_all_images(answer, expected, case):
    for name in _runs(case):
        assert_close(
            np.asarray(answer.number(f"accuracy_{name}")),
            expected[f"accuracy_{name}"],
            hint="Right predictions of all batches, divided by the number of all images.",
        )


@task("2.2", share=0.4)
@probe("validation")
def test_the_model_is_left_as_it_came(answer, expected, case):
    for name in _runs(case):
        assert_close(
            answer[f"mode_{name}"],
            int(name.endswith("train")),
            hint="A model that came in train mode leaves in train mode, one in eval mode in eval mode.",
        )
    hint = "Validation learns nothing: no gradients, and eval mode, in which statistics stay."
    assert_close(answer["statistics"], expected["statistics"], hint=hint)
    assert_close(answer["gradient"], expected["gradient"], hint=hint)
    assert_that((answer.array("recorded") == 0).all(), hint, "the model ran with gradients on.")


@task("2.3", share=0.7)
@probe("fitting")
def test_the_weights_follow_the_gradient_of_each_batch(answer, expected):
    assert_close(
        answer["weights"],
        expected["weights"],
        rtol=1e-3,
        atol=1e-5,
        hint="For each batch: loss in train mode, zero_grad, backward, step. Every epoch sees all batches.",
    )


@task("2.3", share=0.3)
@probe("fitting")
def test_training_is_in_train_mode(answer, expected):
    assert_close(
        answer["statistics"],
        expected["statistics"],
        rtol=1e-3,
        atol=1e-5,
        hint="The model may come in eval mode: call `model.train()` before the batches of an epoch.",
    )


@task("2.4")
@probe("resnet")
def test_it_is_resnet_18_with_the_wanted_outputs(answer, expected):
    hint = "`models.resnet18(num_classes=num_classes)`, no other depth and no layer on top."
    assert_close(answer["output_shape"], expected["output_shape"], hint=hint)
    assert_close(answer["shapes"], expected["shapes"], hint=hint)


# 3 augmentations


@task("3.1", share=0.15)
@probe("views_t")
def test_views_of_t_are_normalised_tensors(answer, case):
    _assert_views(answer, case)


@task("3.1", share=0.2)
@probe("views_t")
def test_crops_of_t_have_the_sizes_of_the_paper(answer, settings):
    _assert_statistics(answer, settings, "t", CROP)


@task("3.1", share=0.05)
@probe("views_t")
def test_t_mirrors_every_other_picture(answer, settings):
    _assert_statistics(answer, settings, "t", FLIP)


@task("3.1", share=0.3)
@probe("views_t")
def test_the_jitter_of_t_is_that_of_the_paper(answer, settings):
    _assert_statistics(answer, settings, "t", JITTER)


@task("3.1", share=0.1)
@probe("views_t")
def test_t_makes_one_picture_in_five_grey(answer, settings):
    _assert_statistics(answer, settings, "t", GREY)


@task("3.1", share=0.1)
@probe("views_t")
def test_t_always_blurs(answer, settings):
    _assert_statistics(answer, settings, "t", BLUR)


@task("3.1", share=0.1)
@probe("views_t")
def test_t_never_solarises(answer, settings):
    _assert_statistics(answer, settings, "t", SOLARISE)


@task("3.2", share=0.2)
@probe("views_t_prime")
def test_t_prime_does_the_rest_as_t(answer, case, settings):
    _assert_views(answer, case)
    for names in (CROP, FLIP, JITTER, GREY):
        _assert_statistics(answer, settings, "t_prime", names)


@task("3.2", share=0.4)
@probe("views_t_prime")
def test_t_prime_blurs_one_picture_in_ten(answer, settings):
    _assert_statistics(answer, settings, "t_prime", BLUR)


@task("3.2", share=0.4)
@probe("views_t_prime")
def test_t_prime_solarises_one_picture_in_five(answer, settings):
    _assert_statistics(answer, settings, "t_prime", SOLARISE)


# 4 two views


@task("4", share=0.6)
@probe("pairs")
def test_both_views_show_the_same_picture(answer, case):
    hint = "Both transforms get the picture that TwoViews was called with; the result is a pair."
    values = case["values"].numpy()
    assert_close(answer["views"], np.full(len(values), 2), hint=hint)
    for name in ("first", "second"):
        assert_close(answer.array(name, (len(values), 2), hint)[:, 0], values, hint=hint)
    assert_close(answer["labels"], np.arange(len(values)), hint=hint)


@task("4", share=0.4)
@probe("pairs")
def test_each_view_is_drawn_anew_by_its_own_transform(answer, case):
    hint = "The first view by `t`, the second by `t_prime`, each called once for each picture."
    for name, offset in zip(("first", "second"), case["offsets"].tolist(), strict=True):
        calls = answer.array(name, (len(case["values"]), 2), hint)[:, 1]
        assert_close(calls, offset + 1 + np.arange(len(calls)), hint=hint)


# 5 model


@task("5.1", share=0.3)
@probe("mlp")
def test_an_mlp_is_linear_norm_relu_linear(answer, case):
    hint = "Linear, BatchNorm1d, ReLU, Linear: (input_size, hidden_size), then (hidden_size, output_size)."
    w1, w2 = (case[name].numpy().astype(np.float64) for name in ("w1", "w2"))
    assert_close(answer["linear_shapes"], np.array([w1.shape, w2.shape]), hint=hint)
    assert_close(answer["norm_sizes"], np.array([len(w1)]), hint=hint)
    hidden = case["inputs"].numpy().astype(np.float64) @ w1.T
    norm_first = np.maximum(_batch_norm(hidden, case), 0)
    relu_first = _batch_norm(np.maximum(hidden, 0), case)
    output = answer.array("output", (len(hidden), len(w2)), hint)
    fits = [np.allclose(output, inner @ w2.T, rtol=1e-3, atol=1e-3) for inner in (norm_first, relu_first)]
    assert_that(any(fits), hint, "the output is another one.")


@task("5.1", share=0.4)
@probe("construction")
def test_the_target_is_a_frozen_copy_of_the_online_network(answer):
    hint = "`copy.deepcopy` of online encoder and projector, with `requires_grad_(False)`."
    online = answer.array("online", hint=hint)
    assert_close(answer["target"], online, hint=hint)
    assert_close(answer["target_afterwards"], online, hint=f"{hint} It must not be the same object.")
    assert_close(answer["trainable_in_target"], 0, hint=hint)


@task("5.1", share=0.3)
@probe("construction")
def test_projector_and_predictor_have_the_wanted_sizes(answer, expected, case):
    hint = (
        "The projector maps `input_size` to `projection_size`, the predictor `projection_size` to itself; "
        "both are MLPs with `hidden_size`, and learn."
    )
    assert_close(answer["projection_shape"], expected["projection_shape"], hint=hint)
    assert_close(answer["predictor_output"], expected["predictor_output"], hint=hint)
    for name in ("predictor_weights", "trainable_online", "found"):
        assert_close(answer[name], expected[name], hint=hint)


@task("5.2", share=0.4)
@probe("forwards")
def test_z_are_the_projections_of_the_target(answer, expected):
    for name in ("z1", "z2"):
        assert_close(
            answer[name],
            expected[name],
            rtol=1e-3,
            atol=1e-5,
            hint="z1 and z2: target encoder, then target projector, of x1 and of x2; no predictor.",
        )


@task("5.2", share=0.4)
@probe("forwards")
def test_p_are_the_predictions_of_the_online_network(answer, expected):
    for name in ("p1", "p2"):
        assert_close(
            answer[name],
            expected[name],
            rtol=1e-3,
            atol=1e-5,
            hint="p1 and p2: online encoder, online projector, online predictor, of x1 and of x2.",
        )


@task("5.2", share=0.2)
@probe("forwards")
def test_gradients_reach_the_online_network_alone(answer, expected):
    hint = "The projections of the target are computed without gradient, the predictions with it."
    assert_close(answer["target_gradient"], expected["target_gradient"], hint=hint)
    wanted = expected.array("online_gradient")
    assert_close(answer.array("online_gradient", wanted.shape, hint), wanted, rtol=1e-2, atol=1e-3, hint=hint)


@task("5.3", share=0.5)
@probe("losses")
def test_a_prediction_is_compared_with_the_direction_of_the_other_view(answer, case):
    hint = "p1 with z2, p2 with z1, all normalised: 2 - 2 cos, or that times a factor, plus a constant."
    first, second, fits = _directions(answer, case, hint)
    assert_that(
        fits and min(first, second) > -1e-3 and max(first, second) > 1e-4, hint, "it is another function."
    )


@task("5.3", share=0.3)
@probe("losses")
def test_both_directions_count_alike(answer, case):
    hint = "The loss is symmetric: p1 against z2 and p2 against z1, with the same weight."
    first, second, _ = _directions(answer, case, hint)
    assert_that(min(first, second) > 0.99 * max(first, second) > 0, hint, "one direction counts for more.")


@task("5.3", share=0.2)
@probe("losses")
def test_the_gradient_has_the_right_direction(answer, case):
    hint = "Keep everything a tensor of the graph; only the projections z are taken as they are."
    wanted = _gradients(case)
    found = answer.array("gradients", wanted.shape, hint)
    present = [
        side for side in (0, 1) if found[:, side].any()
    ]  # one direction alone has lost its share above
    assert_that(bool(present), hint, "there is no gradient.")
    for side in present:
        assert_same_direction(found[:, side], wanted[:, side], hint=hint, cosine=0.999)


@task("5.4")
@probe("updates")
def test_the_target_moves_by_one_part_in_the_direction_of_the_online_network(answer, case):
    hint = (
        "tau times the target plus (1 - tau) times the online network, for encoder and projector, in place."
    )
    before, online = answer.array("before", hint=hint), answer.array("online", hint=hint)
    assert_close(answer["online_afterwards"], online, hint="The online network stays as it is.")
    aims = online[: len(before)]  # encoder and projector come first, then the predictor
    for name, tau in (("once", case["tau"]), ("twice", case["tau"] ** 2)):
        assert_close(answer[name], aims + tau * (before - aims), rtol=1e-4, atol=1e-5, hint=hint)


@task("5.5")
@probe("schedule")
def test_tau_rises_along_half_a_cosine(answer, case):
    steps, total = case["steps"].numpy(), case["total_steps"]
    for name, base in (("default", 0.996), ("other", case["base"])):
        wanted = 1 - (1 - base) * (np.cos(np.pi * steps / total) + 1) / 2
        assert_close(
            answer[name],
            wanted,
            rtol=1e-6,
            hint="It is `base` at the first step and 1 at the last; the default is 0.996.",
        )


# 6 training


@task("6", share=0.3)
@probe("byol_training")
def test_the_online_network_follows_the_gradient_of_every_batch(answer, expected):
    hint = (
        "For each batch, in train mode: forward, loss, zero_grad, backward, step; all batches, every epoch."
    )

    def fits(which):
        for name in ("online", "online_afterwards", "statistics"):
            wanted = expected.array(f"{which}_{name}")
            assert_close(answer.array(f"{which}_{name}", hint=hint), wanted, rtol=1e-2, atol=2e-3, hint=hint)

    _either(fits, answer)


@task("6", share=0.3)
@probe("byol_training")
def test_the_target_follows_after_every_step(answer, case):
    hint = "After every step of the optimizer, once, the target moves towards the new online network."

    def fits(which):
        online, target = (answer.array(f"{which}_{name}", hint=hint) for name in ("online", "target"))
        assert_that(
            target.ndim == online.ndim == 2 and len(target) == len(online) + 1 > 1,
            hint,
            "there are no steps.",
        )
        aims = online[:, : target.shape[1]]
        for step in range(len(online)):
            way, moved = aims[step] - target[step], target[step + 1] - target[step]
            part = float((way * moved).sum() / max((way * way).sum(), 1e-12))
            last = step == len(online) - 1  # a schedule ends with tau = 1
            assert_that(
                (part > 1e-6 or last)
                and part < 1.01 * (1 - case["tau"])
                and np.allclose(moved, part * way, atol=2e-4),
                hint,
                f"in step {step + 1} the target does not move as it should.",
            )

    _either(fits, answer)


@task("6", share=0.1)
@probe("byol_training")
def test_the_history_has_the_mean_loss_of_each_epoch(answer, expected):
    hint = 'Return {"train_loss": [...]} with the mean loss of the batches, one number an epoch.'
    assert_close(answer["given_train_loss"], expected["given_train_loss"], rtol=1e-2, atol=1e-3, hint=hint)


@task("6", share=0.2)
@probe("early_stopping")
def test_training_stops_when_nothing_improves(answer, case):
    hint = "Stop when for `patience` epochs no mean loss was smaller than the best one before."
    found = answer.array("epochs", (len(case["scripts"]), 2), hint)
    for script, (run, noted) in zip(case["scripts"].tolist(), found.tolist(), strict=True):
        best = [min(script[:epoch], default=math.inf) for epoch in range(len(script))]
        waited, last = 0, case["most_epochs"]
        for epoch, (value, before) in enumerate(zip(script, best, strict=True), 1):
            waited = 0 if value < before else waited + 1
            if waited == case["patience"]:
                last = epoch
                break
        allowed = {last, min(last + 1, case["most_epochs"])}  # some count the epochs beyond the patience
        assert_that(
            run in allowed and noted == run, hint, f"it stopped after {run} epochs, the history has {noted}."
        )


@task("6", share=0.1)
@probe("deviations")
def test_the_deviation_is_that_of_the_directions(answer, case):
    hint = "Normalise each projection, then the deviation over the batch, then the mean over the features."
    z = case["projections"].numpy().astype(np.float64)
    directions = z / np.linalg.norm(z, axis=2, keepdims=True)
    assert_same_direction(
        answer.array("deviations", (len(z),), hint), directions.std(axis=1).mean(axis=1), hint=hint
    )


# 7 few labels


@task("7.1", share=0.4)
@probe("heads")
def test_a_linear_layer_stands_on_the_features(answer, expected, case):
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


def _split_labels(case, split):
    if split == "unlabeled" and not len(case["unlabeled_labels"]):
        return case["train_labels"]  # which stand in
    return case[f"{split}_labels"]


def _splits(case):
    """Each split, and the number of its first picture."""
    sizes = [len(case[f"{split}_labels"]) for split in ("train", "test", "unlabeled")]
    yield "train", 0
    yield "test", sizes[0]
    if sizes[2]:
        yield "unlabeled", sizes[0] + sizes[1]


def _values(answer, split, name, hint):
    values = answer.array(f"{split}_{name}", hint=hint)
    assert_that(values.ndim == 2 and values.shape[1] == 3, hint, f"{split}: images are not (3, 96, 96).")
    return values.astype(np.float64)


def _nearest(values):
    """The number of the picture that each row of normalised colours is nearest to."""
    plain = 255 * (values * STD + MEAN)
    low = np.clip(np.rint((plain[:, 0] - 7) / 16), 0, 15)
    return (low + 16 * np.clip(np.rint((plain[:, 1] - 5) / 6), 0, 40)).astype(int)


def _numbers(answer, split, name, hint):
    return _nearest(_values(answer, split, name, hint))


def _picture(numbers, case):
    """The normalised colours of pictures: red and green are their number, blue is the case's."""
    blue = np.full(len(numbers), int(case["colours"][0]))
    plain = np.stack([numbers % 16 * 16 + 7, numbers // 16 * 6 + 5, blue], axis=1)
    return (plain / 255 - MEAN) / STD


def _runs(case):
    return [f"{size}_{mode}" for size in case["sizes"].tolist() for mode in ("train", "eval")]


# helpers: augmentations. A statistic takes the observations of one run and gives a value for each view that
# shows it; a share is a statistic of zeros and ones.

DARK, LIGHT = np.array([31, 24, 24]) / 255, np.array([71, 57, 57]) / 255
BRIGHT = 235 / 255


def _read(run):
    """The numbers of the `halves` of a run: colours of both levels, which side is lighter, share, steepest
    step.
    """
    low, high = run[:, 0:3], run[:, 3:6]
    span = high.max(axis=1) - low.max(axis=1)
    return low, high, span, run[:, 6], run[:, 7], run[:, 8]


def grey(halves, bright, waves):
    """Whether the view has no colour."""
    high = _read(halves)[1]
    return (np.ptp(high, axis=1) < 0.002).astype(float)


def mirrored(halves, bright, waves):
    """Whether the dark half is on the right."""
    _, _, span, right, _, _ = _read(halves)
    return (right[np.abs(right) > 0.5 * np.maximum(span, 0.04)] < 0).astype(float)


def jittered(halves, bright, waves):
    """Whether a view has other colours than the picture: of the halves, where it is coloured; of the bright
    picture, which is grey already, always. Both together, since every fifth view is a rare thing to miss.
    """
    low, high, _, _, _, _ = _read(halves)
    distance = [np.abs(colour - shade).max(axis=1) for colour in (low, high) for shade in (DARK, LIGHT)]
    same = (distance[0] < 0.006) & ((distance[2] < 0.006) | (distance[3] < 0.006)) | (distance[1] < 0.006)
    level = bright[:, 0]
    kept = np.minimum(np.abs(level - BRIGHT), np.abs(level - (1 - BRIGHT))) < 0.003  # as it is, or solarised
    return 1.0 - np.concatenate([same[grey(halves, bright, waves) == 0], kept])


def _both(halves):
    """Coloured views that show both halves and were jittered, with their span."""
    low, high, span, _, share, _ = _read(halves)
    original = np.abs(high - LIGHT).max(axis=1) < 0.006
    chosen = (span > 0.04) & (np.ptp(high, axis=1) >= 0.002) & ~original
    return low[chosen], high[chosen], span[chosen], share[chosen]


def contrast(halves, bright, waves):
    """How far the difference of both halves moves: by brightness and contrast."""
    return np.abs(np.log(np.maximum(_both(halves)[2], 1e-3) / (LIGHT - DARK)[0]))


def brightness(halves, bright, waves):
    """How far the brightness moves, freed from the contrast, which keeps the mean."""
    _, high, span, share = _both(halves)
    mean = share * LIGHT[0] + (1 - share) * DARK[0]
    both = span / (LIGHT - DARK)[0]
    return np.abs((high.max(axis=1) - both * LIGHT[0]) / mean + both - 1)


def saturation(halves, bright, waves):
    """How far the colour moves beside the difference of both halves, which all else changes alike."""
    _, high, span, _ = _both(halves)
    return np.abs(np.ptp(high, axis=1) / span / (np.ptp(LIGHT) / (LIGHT - DARK)[0]) - 1)


def hue(halves, bright, waves):
    """How far the hue moves, in turns."""
    high = _both(halves)[1]
    x = high[:, 0] - (high[:, 1] + high[:, 2]) / 2
    y = (high[:, 1] - high[:, 2]) * math.sqrt(3) / 2
    return np.abs(np.arctan2(y, x)) / (2 * math.pi)


def steepness(halves, bright, waves):
    """The steepest step between two columns, as a part of the difference of both halves."""
    _, _, span, _, _, steepest = _read(halves)
    return (steepest / np.maximum(span, 1e-6))[span > 0.04]


def solarised(halves, bright, waves):
    """Whether a bright picture became dark."""
    return (bright[:, 0] < 0.5).astype(float)


def turned_dark(halves, bright, waves):
    """Whether a dark picture became bright."""
    return (_read(halves)[1].max(axis=1) > 0.55).astype(float)


def area(halves, bright, waves):
    """The part of the picture's area that is seen."""
    return waves[:, 0] * waves[:, 1] / 64


def small_area(halves, bright, waves):
    """Whether less than a fifth of the area is seen."""
    return (area(halves, bright, waves) < 0.2).astype(float)


def ratio(halves, bright, waves):
    """How far the logarithm of width to height is from 0."""
    across, down = np.maximum(waves, 0.1).T
    return np.abs(np.log(across / down))


CROP, FLIP, GREY = (area, small_area, ratio), (mirrored,), (grey,)
JITTER = (jittered, brightness, contrast, saturation, hue)
BLUR, SOLARISE = (steepness,), (solarised, turned_dark)
HINTS = {
    area: "Random crops of 8 to 100 % of the area, resized to SIZE.",
    small_area: "Random crops of 8 to 100 % of the area: some are small.",
    ratio: "Crops of a ratio from 3/4 to 4/3.",
    mirrored: "Mirror every other picture, left to right.",
    grey: "One view in five is grey.",
    jittered: "The colour jitter acts with probability 0.8, as a whole.",
    brightness: "The jitter's brightness is 0.4.",
    contrast: "The jitter's contrast is 0.4.",
    saturation: "The jitter's saturation is 0.2.",
    hue: "The jitter's hue is 0.1.",
    steepness: "Gaussian blur with sigma from 0.1 to 2.0: always in t, in one view in ten in t'.",
    solarised: "Solarise in one view in five in t', never in t.",
    turned_dark: "What is below half of the range stays: on a PIL image, half of the range is 128.",
}


def _observations(answer, name, width):
    array = answer.array(name, hint="Views are float tensors (3, SIZE, SIZE).")
    assert_that(array.ndim == 3 and array.shape[2] == width, "Views are float tensors (3, SIZE, SIZE).")
    assert_that(np.isfinite(array).all(), "Some values of a view are not finite.", "values are not finite.")
    return array.astype(np.float64)


def _assert_views(answer, case):
    hint = "PIL image -> ToTensor, with values from 0 to 1, then Normalize(MEAN, STD): float (3, SIZE, SIZE)."
    assert_close(answer["shape"], np.array([3, 96, 96]), hint=hint)
    plain = np.concatenate(
        [_observations(answer, "halves", 9)[..., :6].ravel(), _observations(answer, "bright", 1).ravel()]
    )
    assert_that(
        plain.min() > -0.01 and plain.max() < 1.01, hint, "values are not normalised as they should be."
    )


def _assert_statistics(answer, settings, side, statistics):
    runs = list(
        zip(
            *(
                _observations(answer, name, width)
                for name, width in (("halves", 9), ("bright", 1), ("waves", 2))
            ),
            strict=True,
        )
    )
    for statistic in statistics:
        faults = [_fault(statistic(*run), settings, f"{side}_{statistic.__name__}") for run in runs]
        assert_that(not all(faults), HINTS[statistic], faults[0])


def _fault(values, settings, name):
    """What is wrong with the values of one run, or nothing."""
    mean, deviation = settings[name], settings.get(f"{name}_deviation")
    if len(values) < 5:
        return "too few views show what should be seen."
    if deviation is None:
        return _unlikely(int(values.sum()), len(values), mean)
    away = abs(values.mean() - mean)
    if away > SIGMAS * deviation / math.sqrt(len(values)):
        return f"on average {values.mean():.3f}, expected {mean:.3f}."
    return ""


def _unlikely(count, draws, share):
    """What is wrong with a count where its binomial tail is less likely than a run allows."""
    terms = [math.comb(draws, k) * share**k * (1 - share) ** (draws - k) for k in range(draws + 1)]
    if sum(terms[: count + 1]) < TAIL or sum(terms[count:]) < TAIL:
        return f"{count} of {draws} views, expected a share of {share:.2f}."
    return ""


# helpers: networks


def _batch_norm(values, case):
    gain, shift = (case[name].numpy().astype(np.float64) for name in ("gain", "shift"))
    centred = values - values.mean(axis=0)
    return gain * centred / np.sqrt((centred**2).mean(axis=0) + 1e-5) + shift


def _unit(values):
    return values / np.linalg.norm(values, axis=-1, keepdims=True)


def _directions(answer, case, hint):
    """Weights of both directions in the loss, and whether they and a constant explain it."""
    z1, z2, p1, p2 = (_unit(case[name].numpy().astype(np.float64)) for name in ("z1", "z2", "p1", "p2"))
    parts = [2 - 2 * (p * z).sum(axis=-1).mean(axis=-1) for p, z in ((p1, z2), (p2, z1))]
    losses = answer.array("losses", (len(z1),), hint).astype(np.float64)
    assert_that(np.isfinite(losses).all(), hint, "some losses are not finite.")
    table = np.stack([*parts, np.ones(len(z1))], axis=1)
    weights = np.linalg.lstsq(table, losses, rcond=None)[0]
    spread = np.abs(losses - losses.mean()).max()
    fits = np.abs(table @ weights - losses).max() < 1e-3 * max(spread, 1e-9)
    return float(weights[0]), float(weights[1]), bool(fits and spread > 1e-6)


def _gradients(case):
    """The gradients of the symmetric loss by p1 and by p2, (rounds, 2, batch, size), up to a factor."""
    z1, z2, p1, p2 = (case[name].numpy().astype(np.float64) for name in ("z1", "z2", "p1", "p2"))
    found = []
    for p, z in ((p1, z2), (p2, z1)):
        along, length = _unit(p), np.linalg.norm(p, axis=-1, keepdims=True)
        z = _unit(z)
        found.append(-(z - along * (along * z).sum(axis=-1, keepdims=True)) / length)
    return np.stack(found, axis=1)


def _either(fits, answer):
    """Training may be right with given methods of the model, or, where its update lives in them, with its
    own.
    """
    if "own_online" in answer.answer.values:
        try:
            fits("own")
        except Exception:
            fits("given")
    else:
        fits("given")
