"""Task 1.1: the gradient of the contrastive loss by hand. Trusted side."""

import numpy as np

from autograder.judging import assert_close, assert_same_direction, probe, task

SAME = (
    "A pair of one class: its loss is D squared, so each output is pulled by 2 (o1 - o2), towards the other."
)
DIFFERENT = (
    "A pair of two classes: the gradient of (m - D)^2 is -2 (m - D) times that of D, (o1 - o2) / D; "
    "at D > m there is none."
)
PAIR = "Return two arrays (B, D): the gradient by the first outputs, then that by the second."


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
def test_the_gradients_are_those_of_the_mean_over_the_batch(answer, expected, case):
    assert_close(answer["count"], 2, hint=PAIR)
    hint = "The loss is the mean over the batch: divide by its size. And both squares bring a factor of 2."
    for name in ("first", "second"):
        assert_close(answer[name], expected[name], hint=hint)
    for name in ("output1", "output2", "label"):
        kept = f"`{name}` is the caller's: write `a = a - b`, for `a -= b` changes the array that was given."
        assert_close(answer[name], case[name].double().numpy(), hint=kept)


def _assert_directions(answer, expected, rows, hint):
    assert_close(answer["count"], 2, hint=PAIR)
    for name in ("first", "second"):
        wanted = expected.array(name)
        found = answer.array(name, wanted.shape, PAIR)
        still = rows & (np.linalg.norm(wanted, axis=1) == 0)
        assert_close(found[still], wanted[still], hint=hint)
        for row in np.flatnonzero(rows & ~still):
            assert_same_direction(found[row], wanted[row], hint=hint)
