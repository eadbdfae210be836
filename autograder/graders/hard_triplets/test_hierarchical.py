"""2.1 class statistics, 2.2 thresholds, 2.3 margins, 2.4 the hierarchical loss."""

import numpy as np

from autograder.judging import assert_close, assert_that, probe, summary, task

from .ways import assert_right_in_a_way, is_right

OF_MARGINS = ("", "by_given_thresholds", "by_given_statistics", "by_both")
GIVEN = OF_MARGINS[2:]
OF_LOSSES = ("", "by_given_functions", "by_given_margins")


@task("2.1")
@probe("statistics")
def test_every_class_of_the_batch_is_listed_once(answer, expected):
    assert_close(answer["classes"], expected["classes"], hint="One entry for each class of the batch.")


@task("2.1")
@probe("statistics")
def test_s_is_the_mean_squared_distance_of_two_different_samples_of_a_class(answer, expected):
    hint = "Of class c with n samples there are n (n - 1) ordered pairs i, j of different samples."
    assert_close(answer["s"], expected["s"], rtol=1e-3, hint=hint)
    hint = "Statistics are measured and taken as given: see `torch.no_grad()`."
    assert_close(answer["gradient"], expected["gradient"], hint=hint)


@task("2.1")
@probe("statistics")
def test_d0_is_the_mean_of_s_over_the_classes(answer, expected):
    hint = "Every class counts once in d0, however many samples it has."
    assert_close(answer["d0"], expected["d0"], rtol=1e-3, hint=hint)


@task("2.2")
@probe("thresholds")
def test_thresholds_rise_in_equal_steps_from_d0_to_4(answer, expected):
    hint = "Levels 0 to L are L + 1 numbers: the first is d0, the last 4."
    assert_close(answer["levels"], expected["levels"], hint=hint)


@task("2.2")
@probe("thresholds")
def test_another_number_of_levels_and_a_tensor_will_do(answer, expected):
    name = "levels_of_another_number"
    assert_close(answer[name], expected[name], hint="Is `num_levels` used, and not 16?")
    name = "levels_from_a_tensor"
    assert_close(answer[name], expected[name], hint="d0 may be a tensor as well.")


@task("2.3")
@probe("margins")
def test_each_pair_has_its_own_margin(answer, expected):
    hint = "beta + d of the level at which the two classes meet - s of the anchor's class, for each triplet."
    assert_right_in_a_way(answer, expected, "margins", OF_MARGINS, hint=hint)
    hint = "No gradient flows through a margin."
    found = answer["gradient_by_both"] if answer["margins_by_both"] is not None else answer["gradient"]
    assert_close(found, np.zeros(np.shape(found)), hint=hint)


@summary("margins")
def what_margins_say(answer, case):
    """By given statistics: own classes come in an order that is free, and with it what a wrong row gives."""
    return {f"{name}_{way}": answer[f"{name}_{way}"] for name in ("margins", "gradient") for way in GIVEN}


@task("2.4")
@probe("hierarchical_loss")
def test_the_loss_is_the_mean_hinge_of_the_triplets(answer, expected):
    hint = (
        "max(d(a, p) - d(a, n) + margin, 0), d squared, for each triplet with its own margin; then the mean."
    )
    for way in OF_LOSSES:
        shape = np.shape(answer["_".join(filter(None, ("loss", way)))])
        assert_that(shape == (), hint, f"the loss: expected one number, got shape {shape}.")
    assert_right_in_a_way(answer, expected, "loss", OF_LOSSES, hint=hint)


@task("2.4")
@probe("hierarchical_loss")
def test_gradients_come_from_the_distances_and_not_from_the_margins(answer, expected):
    right = is_right(answer, expected, ["_".join(filter(None, ("loss", way))) for way in OF_LOSSES])
    hint = "Distances carry gradients, statistics and so margins do not: see `torch.no_grad()`."
    assert_right_in_a_way(answer, expected, "gradient", OF_LOSSES, hint=hint if right else "")
