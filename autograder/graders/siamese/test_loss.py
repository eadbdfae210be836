"""Task 2: the contrastive loss. Trusted side."""

import numpy as np

from autograder.judging import assert_close, assert_same_direction, assert_that, probe, task


@task("2", share=0.5)
@probe("loss_of_pairs")
def test_the_loss_of_a_pair(answer, expected, case):
    losses = answer.array("loss", expected.array("loss").shape, "The loss is one number.")
    label, wanted = case["label"].numpy(), expected.array("loss")
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
        answer["loss"],
        expected["loss"],
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
    mean = answer.array("loss", expected.array("loss").shape, hint).mean()
    for name in ("column", "row", "swapped"):
        assert_close(answer.number(name, hint), mean, rtol=1e-3, hint=hint)
    for name in ("first_grad", "second_grad"):
        connected = answer.array(name, expected.array(name).shape).any()
        graph = "Keep everything a tensor of the graph: no item(), no detach()."
        assert_that(connected, graph, "no gradient reaches the outputs.")
        assert_same_direction(answer[name], expected[name], hint=hint)
