"""1.1 hard-cluster triplets, 1.2 their loss."""

import numpy as np
import torch

from autograder.judging import assert_close, assert_that, probe, summary, task

from .triplets import TOLERANCE, batch_of, triplets_of
from .ways import assert_right_in_a_way, is_right

WAYS = ("", "by_given_triplets")
SUFFIXES = ("", "_by_given_triplets")


@task("1.1")
@probe("cluster_triplets")
def test_the_positive_is_the_sample_farthest_from_its_class_mean(answer, case):
    hint = "Compare the samples of a class, and of no other, with the mean of that class: which is farthest?"
    batch = batch_of(case)
    triplets = triplets_of(answer, batch)
    away = (batch.samples - batch.means[batch.row]).norm(dim=1)
    for positive in triplets.positive:
        own = away[batch.row == batch.row[positive]]
        assert_that(own.max() < away[positive] + TOLERANCE, hint, "a sample of its class is farther away.")
    _assert_all_classes(batch.row[triplets.positive], batch, hint)


@task("1.1")
@probe("cluster_triplets")
def test_the_negative_is_the_nearest_mean_of_another_class(answer, case):
    hint = "Compare the means of the classes with each other. A class is not its own neighbour."
    batch = batch_of(case)
    triplets = triplets_of(answer, batch)
    for own, negative in zip(triplets.of_class, triplets.negative, strict=True):
        away = (batch.means - batch.means[own]).norm(dim=1)
        others = torch.arange(len(away)) != own
        assert_that(own != negative, hint, "a negative is the mean of the class itself.")
        assert_that(away[negative] < away[others].min() + TOLERANCE, hint, "another mean is nearer.")
    _assert_all_classes(triplets.of_class, batch, hint)


@task("1.1")
@probe("cluster_triplets")
def test_a_row_holds_what_belongs_to_one_class(answer, case):
    hint = "Row t of each tensor is about the same class, in the order anchor (its mean), positive, negative."
    batch = batch_of(case)
    triplets = triplets_of(answer, batch)
    together = torch.equal(triplets.of_class, batch.row[triplets.positive])
    assert_that(together, hint, "anchor and positive of a row are of two classes.")
    _assert_all_classes(triplets.of_class, batch, hint)
    samples = triplets.anchor[triplets.anchor >= 0]
    whole = len(samples) == 0 or len(samples.unique()) == len(batch.samples)
    assert_that(whole, hint, "some anchors are samples, but not each sample is one.")


@task("1.1")
@probe("cluster_triplets")
def test_gradients_reach_the_features_through_means_and_chosen_samples(answer, case):
    hint = "The choice has no gradient, but means and chosen samples have: detach nothing that you return."
    batch = batch_of(case)
    triplets = triplets_of(answer, batch)
    _assert_all_classes(triplets.of_class, batch, hint)
    wanted = torch.zeros_like(batch.samples)
    weights = case["weights"].double().view(3, -1)
    size = batch.row.bincount()
    for own, anchor, positive, negative in zip(
        triplets.of_class, triplets.anchor, triplets.positive, triplets.negative, strict=True
    ):
        if anchor >= 0:
            wanted[anchor] += weights[0]
        else:
            wanted[batch.row == own] += weights[0] / size[own]
        wanted[positive] += weights[1]
        wanted[batch.row == negative] += weights[2] / size[negative]
    found = answer.array("gradient", tuple(wanted.shape), hint)
    assert_close(found, wanted.numpy(), rtol=1e-3, atol=1e-4, hint=hint)


@task("1.2")
@probe("cluster_loss")
def test_the_loss_takes_the_hinge_of_each_class_then_their_mean_or_sum(answer, expected):
    hint = "max(d_intra - d_inter + margin, 0) with squared distances, for each class; the mean comes last."
    for way in ("losses", "losses_by_given_triplets"):
        shape = np.shape(answer[way])[1:]
        assert_that(shape == (), hint, f"the loss: expected one number, got shape {shape}.")
    assert_right_in_a_way(answer, expected, "losses", WAYS, hint=hint)


@task("1.2")
@probe("cluster_loss")
def test_its_gradient_reaches_the_features(answer, expected):
    right = is_right(answer, expected, ("losses", "losses_by_given_triplets"))
    hint = (
        "Is the loss a tensor of the graph, computed from features and means as they come?" if right else ""
    )
    assert_right_in_a_way(answer, expected, "gradients", WAYS, atol=1e-4, hint=hint)


@summary("cluster_loss")
def what_losses_say(answer, case):
    """Losses that nobody reduced, one for each class, come in an order that is free; and who does not ask the
    sampler says nothing by given triplets."""
    own, given = ({name: answer[f"{name}{way}"] for name in ("losses", "gradients")} for way in SUFFIXES)
    if np.ndim(own["losses"]) > 1:
        own["losses"] = np.sort(own["losses"], axis=-1)
    asked = not all(np.array_equal(own[name], given[name]) for name in own)
    return own | {f"{name}{SUFFIXES[1]}": value if asked else None for name, value in given.items()}


def _assert_all_classes(rows, batch, hint):
    """Each class once; or as often as it has samples."""
    counts = rows.bincount(minlength=len(batch.means))
    once, each = torch.ones_like(counts), batch.row.bincount()
    assert_that(torch.equal(counts, once if len(rows) == len(once) else each), hint, "a class is missing.")
