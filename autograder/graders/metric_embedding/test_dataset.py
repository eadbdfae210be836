"""1 and the removal of 3e: the data set. Trusted side."""

import itertools

import numpy as np

from autograder.judging import assert_close, assert_that, probe, task

POSITIVES = "Return the index (not the label, not the image) of a random image of the anchor's class."
NEGATIVES = "Return the index of a random image of any other class: each image, or each class, equally often."
ITEMS = (
    "`train` yields (anchor, positive, negative, target), `traineval` and `test` (anchor, target); "
    "images are (1, 28, 28) with values from 0 to 1."
)
FIRST = 100  # draws of each anchor that come in their order
KEPT = "Drop the examples of `remove_class` from images and targets alike."
LEFT = (
    "After the removal, draw from what is left: `self.classes` may still list the class, and positions "
    "have moved."
)


@task("1", share=0.3)
@probe("positives")
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

    _assert_draws(answer, case, fault, hint=POSITIVES)


@task("1", share=0.3)
@probe("negatives")
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

    _assert_draws(answer, case, fault, hint=NEGATIVES)


@task("1", share=0.1)
@probe("positives")
def test_positives_are_drawn_at_random(answer, case):
    labels = case["labels"].numpy()
    _assert_chance(answer, case, lambda drawn, anchor: labels[drawn] == labels[anchor], hint=POSITIVES)


@task("1", share=0.1)
@probe("negatives")
def test_negatives_are_drawn_at_random(answer, case):
    labels = case["labels"].numpy()
    _assert_chance(answer, case, lambda drawn, anchor: labels[drawn] != labels[anchor], hint=NEGATIVES)


@task("1", share=0.2)
@probe("items")
def test_images_targets_and_triplets_belong_together(answer, expected, case):
    for split in ("train", "traineval", "test"):
        assert_close(answer[f"{split}_image"], expected[f"{split}_image"], hint=ITEMS)
        assert_close(answer[f"{split}_anchor"], expected[f"{split}_anchor"], hint=ITEMS)
        assert_close(answer[f"{split}_target"], expected[f"{split}_target"], hint=ITEMS)
    labels = np.append(case["labels"].numpy(), -1)
    positive = _whole_numbers(answer, "positive", (len(labels) - 1,), ITEMS).clip(-1, len(labels) - 1)
    negative = _whole_numbers(answer, "negative", (len(labels) - 1,), ITEMS).clip(-1, len(labels) - 1)
    same, other = labels[positive] == labels[:-1], labels[negative] != labels[:-1]
    known = (negative < len(labels) - 1) & (positive < len(labels) - 1)
    assert_that((same & other & known).all(), ITEMS, "a positive or negative is of the wrong class.")


@task("3e", share=0.3)
@probe("kept")
def test_images_and_targets_go_together(answer, case):
    labels, tests = case["labels"].numpy(), case["tests"]
    stay = np.flatnonzero(labels != case["remove_class"])
    _assert_left(answer, stay, labels, split="train")
    # The other splits are made without `remove_class` in this lab: there the removal may do nothing.
    for split, count in (("traineval", len(labels)), ("test", tests)):
        found = answer.array(f"{split}_anchor", hint=KEPT)
        left = np.arange(count) if found.shape == (count,) else stay[stay < count]
        _assert_left(answer, left, labels, split=split)


@task("3e", share=0.2)
@probe("kept_draws")
def test_triplets_do_without_the_removed_class(answer, case):
    stay = np.append(case["labels"].numpy() != case["remove_class"], False)
    for role in ("anchor", "positive", "negative"):
        counts = _whole_numbers(answer, role, stay.shape, hint=LEFT)
        assert_that(
            not counts[~stay].any(),
            LEFT,
            f"among the {role}s is an image of the removed class, or none at all.",
        )
        assert_that(counts.sum() >= stay.sum() * case["rounds"], LEFT, f"some triplets have no {role}.")


def _assert_left(answer, left, labels, split):
    anchor, target = (answer.array(f"{split}_{part}", hint=KEPT) for part in ("anchor", "target"))
    told = f"with `remove_class` the split {split!r} has {anchor.size} images, not {left.size}."
    assert_that(anchor.shape == target.shape == left.shape, KEPT, told)
    order = np.argsort(anchor)  # examples may change their places
    assert_close(anchor[order], left, hint=KEPT)
    assert_close(target[order], labels[left], hint=KEPT)


def _whole_numbers(answer, name, shape, hint):
    array = answer.array(name, shape, hint)
    assert_that(array.dtype.kind in "iu", hint, f"{name}: expected whole numbers.")
    return array.astype(np.int64)


def _assert_draws(answer, case, fault, hint):
    """`fault` says what is wrong with the draws for one anchor; only what shows in both runs counts."""
    counts = _whole_numbers(answer, "drawn", (2, len(case["anchors"]), len(case["labels"]) + 1), hint)
    enough = (counts >= 0).all() and (counts.sum(axis=2) == case["draws"]).all()
    assert_that(enough, hint, f"expected {case['draws']} draws for each anchor.")
    for row, anchor in enumerate(case["anchors"].tolist()):
        faults = [fault(run[row], anchor) for run in counts]
        assert_that(not all(faults), hint, faults[0])


def _assert_chance(answer, case, candidate, hint):
    """In the first draws for an anchor, all of them candidates, different images follow the same one.

    One after the other in turn, or always the same one, is no chance, however even the counts are.
    """
    rows = _whole_numbers(answer, "first", (len(case["anchors"]), FIRST), hint)
    anchors = case["anchors"].tolist()
    known = ((rows >= 0) & (rows < len(case["labels"]))).all()
    assert_that(
        known and all(candidate(row, at).all() for row, at in zip(rows, anchors, strict=True)),
        hint,
        "an index is that of an image of the wrong class, or of none.",
    )
    followed = [len(set(itertools.pairwise(row))) > len(set(row)) for row in rows.tolist()]
    assert_that(any(followed), f"{hint} Let chance decide.", "the same image always follows.")


def _uneven(counts, weights=None):
    """What is wrong where some count lies outside its band of five sigma."""
    shares = np.ones(len(counts)) if weights is None else np.asarray(weights)
    low, high = _band(counts.sum(), shares / shares.sum())
    even = ((counts >= low) & (counts <= high)).all() and counts.all()
    return "" if even else "some images come too often, too rarely or never."


def _band(draws, share):
    sigma = np.sqrt(draws * share * (1 - share))
    return draws * share - 5 * sigma, draws * share + 5 * sigma
