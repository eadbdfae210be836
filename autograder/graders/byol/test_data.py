"""Part 1, the loaders. Trusted side."""

import numpy as np

from autograder.judging import assert_close, assert_that, probe, task

MEAN, STD = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])


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
def test_pictures_are_normalised_and_as_they_are(answer, expected, case):
    hint = "From a PIL image to a tensor (3, 96, 96), values from 0 to 1, then minus MEAN, divided by STD."
    for split, _, _ in _splits(case):
        assert_close(answer[f"{split}_shape"], expected[f"{split}_shape"], hint=hint)
        numbers = _numbers(answer, split, "values", hint)
        wanted = _colours(numbers, case)
        assert_close(answer[f"{split}_values"], wanted, rtol=1e-3, atol=1e-3, hint=hint)
        frame = np.broadcast_to((int(case["colours"][1]) / 255 - MEAN) / STD, wanted.shape)
        assert_close(
            answer[f"{split}_left"], frame, rtol=1e-3, atol=1e-3, hint="No augmentation yet: no mirror image."
        )


@task("1", share=0.15)
@probe("loaders")
def test_batches_have_the_wanted_size(answer, expected, case):
    for split, _, labels in _splits(case):
        hint = "Batches of `batch_size`; the last one has what is left."
        dropped = [] if split == "test" else [[128]]  # the last batch of a training
        sizes = answer.array(f"{split}_sizes")
        fits = any(np.array_equal(sizes, wanted) for wanted in ([128, len(labels) - 128], *dropped))
        assert_that(fits, hint, f"{split}: the batches have other sizes.")
    assert_close(answer["small_batch"], expected["small_batch"], hint="`batch_size` is an argument.")


@task("1", share=0.15)
@probe("loaders")
def test_training_pictures_come_in_a_new_order(answer, case):
    hint = "`train` and `unlabeled` are shuffled anew in each epoch."
    for split, _, labels in _splits(case):
        if split == "test":
            continue
        one, other = (_colour(answer, split, name, hint) for name in ("values", "again"))
        met = len(np.unique(np.concatenate([one, other]), axis=0))
        whole = len(np.unique(one, axis=0)) == len(one) <= met <= len(labels)
        assert_that(whole, hint, f"{split}: two epochs do not show the same pictures.")
        one, other = (_numbers(answer, split, name, hint) for name in ("values", "again"))
        same = (one[: len(other)] == other[: len(one)]).all() or (np.diff(one) > 0).all()
        assert_that(not same, hint, f"{split}: the order is always the same.")


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
    """The numbers of the pictures that colours are nearest to; of values from 0 to 1, too, if nobody
    normalised.
    """
    values = _colour(answer, split, name, hint)
    plain = values if ((values >= 0) & (values <= 1)).all() else values * STD + MEAN
    red, green, _ = 255 * plain.T
    low, high = np.rint((red - 7) / 16), np.rint((green - 5) / 6)
    return (np.clip(low, 0, 15) + 16 * np.clip(high, 0, 40)).astype(int)


def _colour(answer, split, name, hint):
    """The colours of the pictures as they come, (pictures, 3)."""
    values = answer.array(f"{split}_{name}", hint=hint)
    assert_that(values.ndim == 2 and values.shape[1] == 3, hint, f"{split}: images are not (3, 96, 96).")
    return np.nan_to_num(values.astype(np.float64))


def _colours(numbers, case):
    """The normalised colours of pictures: red and green are their number, blue is the case's."""
    blue = np.full(len(numbers), int(case["colours"][0]))
    plain = np.stack([numbers % 16 * 16 + 7, numbers // 16 * 6 + 5, blue], axis=1)
    return (plain / 255 - MEAN) / STD
