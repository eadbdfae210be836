"""Graders of the hard-triplets lab. Trusted side.

Tasks stand on each other, so that one root mistake could cost many times. It costs once: a loss that is right
for the triplets of the student's own sampler is right, and so are margins for the student's own statistics.
What an answer stands on is believed only where it differs from class to class: of constants anything follows.
"""

import numpy as np
import torch

from autograder.judging import assert_close, assert_that, probe, task

TOLERANCE = 1e-3  # of coordinates of size 1 to 10, in float32; rows that differ are 0.05 or more apart


# 1.1 hard-cluster triplets


@task("1.1")
@probe("cluster_triplets")
def test_the_positive_is_the_sample_farthest_from_its_class_mean(answer, case):
    hint = "Compare the samples of a class, and of no other, with the mean of that class: which is farthest?"
    positives = _triplets(answer, case, hint)[:, 1]
    _assert_among(positives, case["features"], "A positive is a sample of the batch, as it is.")
    _assert_one_of(positives, [rows[:, 1] for rows in _forms(case)], hint)


@task("1.1")
@probe("cluster_triplets")
def test_the_negative_is_the_nearest_mean_of_another_class(answer, case):
    hint = "Compare the means of the classes with each other. A class is not its own neighbour."
    negatives, forms = _triplets(answer, case, hint)[:, 2], _forms(case)
    _assert_among(
        negatives, forms[0][:, 0], "A negative is the mean of a class: of all its samples, and no other."
    )
    _assert_one_of(negatives, [rows[:, 2] for rows in forms], hint)


@task("1.1")
@probe("cluster_triplets")
def test_a_row_holds_what_belongs_to_one_class(answer, case):
    hint = "Row t of each tensor is about the same class, in the order anchor (its mean), positive, negative."
    rows = _triplets(answer, case, hint)
    _assert_one_of(rows.flatten(1), [form.flatten(1) for form in _forms(case)], hint)


@task("1.1")
@probe("cluster_triplets")
def test_gradients_reach_the_features_through_means_and_chosen_samples(answer, case):
    hint = "The choice has no gradient, but means and chosen samples have: detach nothing that you return."
    features = case["features"].clone().requires_grad_()
    sums = [(rows.flatten(1) @ case["weights"]).sum() for rows in _forms({**case, "features": features})]
    wanted = [torch.autograd.grad(one, features, retain_graph=True)[0].numpy() for one in sums]
    found = answer.array("gradient", tuple(features.shape), hint)
    assert_close(found, _nearest(found, wanted), rtol=1e-3, atol=1e-4, hint=hint)


# 1.2 the hard-cluster loss; each case has a narrow margin, which some classes keep, and a wide one


@task("1.2")
@probe("cluster_loss")
def test_the_loss_takes_the_hinge_of_each_class_then_their_mean_or_sum(answer, expected, case):
    hint = "max(d_intra - d_inter + margin, 0) with squared distances, for each class; the mean comes last."
    wanted = expected.array("losses")
    found = answer.array("losses", wanted.shape, hint)
    own = [losses for losses, _ in _by_own_triplets(answer, expected, case)]
    assert_close(found, _nearest(found, [wanted, *own]), rtol=1e-3, hint=hint)


@task("1.2")
@probe("cluster_loss")
def test_its_gradient_reaches_the_features(answer, expected, case):
    hint = "Is the loss a tensor of the graph, computed from features and means as they come?"
    wanted = expected.array("gradients")
    found = answer.array("gradients", wanted.shape, hint)
    own = [gradients for _, gradients in _by_own_triplets(answer, expected, case)]
    assert_close(found, _nearest(found, [wanted, *own]), rtol=1e-3, atol=1e-4, hint=hint)


# 2.1 class statistics


@task("2.1")
@probe("statistics")
def test_every_class_of_the_batch_is_listed_once(answer, expected):
    assert_close(answer["classes"], expected["classes"], hint="One entry for each class of the batch.")


@task("2.1")
@probe("statistics")
def test_s_is_the_mean_squared_distance_of_two_different_samples_of_a_class(answer, expected):
    hint = "Of class c with n samples there are n (n - 1) ordered pairs i, j of different samples."
    assert_close(answer["s"], expected["s"], rtol=1e-3, hint=hint)


@task("2.1")
@probe("statistics")
def test_d0_is_the_mean_of_s_over_the_classes(answer, expected):
    hint = "Every class counts once in d0, however many samples it has."
    assert_close(answer["d0"], expected["d0"], rtol=1e-3, hint=hint)


# 2.2 level thresholds


@task("2.2")
@probe("thresholds")
def test_thresholds_rise_in_equal_steps_from_d0_to_4(answer, expected):
    hint = "Levels 0 to L are L + 1 numbers: the first is d0, the last 4."
    assert_close(answer["sixteen"], expected["sixteen"], hint=hint)


@task("2.2")
@probe("thresholds")
def test_another_number_of_levels_and_a_tensor_will_do(answer, expected):
    assert_close(answer["others"], expected["others"], hint="Is `num_levels` used, and not 16?")
    assert_close(answer["from_tensor"], expected["from_tensor"], hint="d0 may be a tensor as well.")


# 2.3 margins


@task("2.3")
@probe("margins")
def test_each_pair_has_its_own_margin(answer, expected, case):
    hint = "beta + d of the level at which the two classes meet - s of the anchor's class, for each triplet."
    wanted = expected.array("margins")
    found = answer.array("margins", wanted.shape, hint)
    own = _by_own_statistics(answer, case)
    assert_close(found, _nearest(found, [wanted, *own]), rtol=1e-3, hint=hint)


# 2.4 the hierarchical loss


@task("2.4")
@probe("hierarchical_loss")
def test_the_loss_is_the_mean_hinge_of_the_triplets(answer, expected, case):
    hint = "max(d(a, p) - d(a, n) + margin, 0) for each triplet with its own margin; the mean comes last."
    found = answer.number("loss", hint)
    own = [loss for loss, _ in _by_own_margins(answer, expected, case)]
    assert_close(found, _nearest(found, [expected.number("loss"), *own]), rtol=1e-3, hint=hint)


@task("2.4")
@probe("hierarchical_loss")
def test_gradients_come_from_the_distances_and_not_from_the_margins(answer, expected, case):
    hint = "Distances carry gradients, statistics and so margins do not: see `torch.no_grad()`."
    wanted = expected.array("gradient")
    found = answer.array("gradient", wanted.shape, hint)
    own = [gradient for _, gradient in _by_own_margins(answer, expected, case)]
    assert_close(found, _nearest(found, [wanted, *own]), rtol=1e-3, atol=1e-5, hint=hint)


# what is right, worked out naively from the case


def _forms(case):
    """The right triplets (T, 3, D) in each form: a row a class, or a sample with it or its mean first."""
    features, labels = case["features"], case["labels"].tolist()
    members = {c: [i for i, label in enumerate(labels) if label == c] for c in dict.fromkeys(labels)}
    means = {c: features[indices].mean(dim=0) for c, indices in members.items()}
    by_class, by_sample, by_mean = [], [], []
    for c, indices in members.items():
        positive = max((features[i] for i in indices), key=lambda x, c=c: (x - means[c]).norm().item())
        others = [mean for other, mean in means.items() if other != c]
        negative = min(others, key=lambda mean, c=c: (mean - means[c]).norm().item())
        by_class.append(torch.stack([means[c], positive, negative]))
        by_mean += [by_class[-1]] * len(indices)
        by_sample += [torch.stack([features[i], positive, negative]) for i in indices]
    return [torch.stack(rows) for rows in (by_class, by_sample, by_mean)]


def _hierarchical(case, margins, power):
    """Loss and gradient of the case's triplets with these margins; distances to the given power."""
    features = case["features"].double().requires_grad_()
    a, p, n = (features[case[name]] for name in ("anchors", "positives", "negatives"))
    distances = [(a - other).norm(dim=1) ** power for other in (p, n)]
    loss = torch.relu(distances[0] - distances[1] + torch.as_tensor(margins)).mean()
    (gradient,) = torch.autograd.grad(loss, features)
    return loss.item(), gradient.numpy()


# what is right, given what the student's answer stands on: lists of one, or of none


def _by_own_triplets(answer, expected, case):
    """Losses and gradients by the triplets of the student's own sampler, if these are a row a class."""
    right = torch.from_numpy(expected.array("rows")).double()
    rows = _own(answer, "rows")
    if rows is None or rows.ndim != 2 or rows.shape[1] != right.shape[1] or len(rows) > len(case["labels"]):
        return []
    derivatives = _own(answer, "derivatives", (*rows.shape, *case["features"].shape))
    first = np.unique(rows.round(4), axis=0, return_index=True)[1]
    if derivatives is None or len(first) != len(right):
        return []
    times = expected.array("losses")[1] / _hinges(right, case["margins"][1]).sum().item()  # mean or sum
    losses, gradients = [], []
    for margin in case["margins"]:
        own = torch.from_numpy(rows[first]).double().requires_grad_()
        hinges = _hinges(own, margin)
        losses.append(times * hinges.sum())
        (slopes,) = torch.autograd.grad(losses[-1], own)
        gradients.append(np.einsum("tk,tknd->nd", slopes.numpy(), derivatives[first]))
    if not _vary(hinges.detach().numpy() - case["margins"][1].item()):
        return []
    return [(torch.stack(losses).detach().numpy(), np.stack(gradients))]


def _hinges(rows, margin):
    anchor, positive, negative = rows.unflatten(1, (3, -1)).unbind(dim=1)
    d_intra = (anchor - positive).square().sum(dim=1)
    d_inter = (anchor - negative).square().sum(dim=1)
    return torch.relu(d_intra - d_inter + margin)


def _by_own_statistics(answer, case):
    """The margins by what the student's own functions give for this batch."""
    classes, s, d = (_own(answer, name) for name in ("classes", "s", "thresholds"))
    if classes is None or s is None or d is None or classes.ndim != 1 or classes.shape != s.shape:
        return []
    spread = dict(zip(classes.tolist(), s.tolist(), strict=True))
    if d.ndim != 1 or len(d) < 3 or not _vary(d[1:3]) or not _vary(s):
        return []
    labels = case["labels"].tolist()
    alphabet = dict(zip(case["classes"].tolist(), case["alphabets"].tolist(), strict=True))
    if not spread.keys() >= set(labels):
        return []
    margins = []
    for anchor, negative in zip(case["anchors"].tolist(), case["negatives"].tolist(), strict=True):
        own, other = labels[anchor], labels[negative]
        level = 1 if alphabet[own] == alphabet[other] else 2
        margins.append(case.get("beta", 0.1) + d[level] - spread[own])
    return [np.array(margins)]


def _by_own_margins(answer, expected, case):
    """Loss and gradient by the student's own margins, with the distances that `expected` was made with."""
    right = expected.array("margins")
    margins = _own(answer, "margins", right.shape)
    if margins is None or not _vary(margins):
        return []
    wanted = expected.number("loss")
    power = min((1, 2), key=lambda power: abs(_hierarchical(case, right, power)[0] - wanted))
    return [_hierarchical(case, margins, power)]


def _own(answer, name, shape=None):
    """Numbers that an answer may lack; `None` too where they are not of `shape` or not finite."""
    if not isinstance(answer[name], np.ndarray):
        return None
    value = answer.array(name)
    return value if shape in (None, value.shape) and np.isfinite(value).all() else None


def _vary(values):
    """Whether numbers differ by a hundredth of the largest of them at least."""
    return values.size > 0 and np.ptp(values) > 0.01 * np.abs(values).max()


# comparing rows in any order, and choices


def _triplets(answer, case, hint):
    """The student's triplets (T, 3, D), one row a class or one a sample."""
    dims = case["features"].shape[1]
    classes, samples = len(case["labels"].unique()), len(case["labels"])
    rows = answer.array("rows", hint=hint)
    assert_that(
        rows.ndim == 2 and rows.shape[1] == 3 * dims and len(rows) in (classes, samples),
        "Three tensors of equal shape: a row for each class of the batch, or a row for each sample.",
        f"expected three tensors ({classes}, {dims}), side by side {(classes, 3 * dims)}, got {rows.shape}.",
    )
    return torch.from_numpy(rows).unflatten(1, (3, dims))


def _assert_among(found, choices, hint):
    """Each row is one of the choices."""
    nearest = torch.cdist(found.double(), choices.double()).min(dim=1).values
    assert_that(
        bool((nearest < TOLERANCE).all()), hint, "a row is none of those that there are to choose from."
    )


def _assert_one_of(found, forms, hint):
    """The rows are those of one form, in any order."""
    found = found.double().numpy()
    forms = [form.double().numpy() for form in forms if len(form) == len(found)]
    assert_that(
        any(_same_rows(found, form) for form in forms), hint, "other rows are expected, in whatever order."
    )


def _same_rows(found, wanted):
    def alike(rows):
        return np.abs(rows[:, None] - wanted).max(axis=2) < TOLERANCE

    return bool((alike(found).sum(axis=0) == alike(wanted).sum(axis=0)).all())


def _nearest(found, choices):
    """The choice that is nearest to what was found, so that the message speaks of it."""
    return min(choices, key=lambda choice: float(np.abs(choice - found).max()))
