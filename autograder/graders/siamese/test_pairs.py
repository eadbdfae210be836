"""Task 3: the pairs. Trusted side.

Judged by statistics over many draws, with a band of six deviations of a fair coin: an honest data set fails a
case by chance less than once in 50 million times. A picture is known
again when it was mirrored, turned, resized, or made lighter or its own negative: that costs once.
"""

import numpy as np

from autograder.judging import Estimate, assert_close, assert_that, probe, summary, task

from .pictures import grey, known_again

ITEM = "An item is (img0, img1, label): grey pictures, transformed, and a float tensor of shape (1,)."


@task("3", share=0.15)
@probe("item")
def test_an_item_is_two_grey_pictures_and_a_label(answer, case):
    _assert_parts(answer)
    assert_close(answer["modes"], "L", hint="Make each picture grey, by `.convert('L')`; then transform it.")
    pictures = grey(case)
    _assert_text(
        answer, "shapes", f"(1, {pictures.shape[1]}, {pictures.shape[2]})", "the pictures have shape"
    )
    shown = answer.array("pictures", hint=ITEM)
    assert_that(shown.ndim == 4 and shown.shape[1:] == (1, *pictures.shape[1:]), ITEM)
    apart = np.abs(shown - pictures).max(axis=(2, 3)).min(axis=1)
    assert_that(
        (apart < 2 / 255).all(),
        "Return each picture as the transform gives it: neither mirrored, turned, resized nor inverted.",
        "a picture is none of the data set's as it is.",
    )
    _assert_text(answer, "label_shape", "(1,)", "the label has shape")
    kind = answer.text("label_type")
    assert_that(kind.startswith("torch.float"), ITEM, f"the label is of type {kind}.")
    assert_close(answer["without_transform"], 3, hint="Without a transform it works, too.")
    assert_that(
        answer.number("length") >= len(case["names"]),
        "`__len__` is how many pairs an epoch has: the number of pictures, or a fixed one.",
        "hardly a pair is an epoch.",
    )


@summary("item")
def what_items_say(answer, case):
    """What an item is made of, whichever pictures were drawn."""
    _assert_parts(answer)
    names = ("modes", "shapes", "label_shape", "label_type", "without_transform")
    said = {name: answer[name] for name in names if name in answer.answer.values}
    said["long_enough"] = float(answer.number("length") >= len(case["names"]))
    if "pictures" not in answer.answer.values:
        return said
    shown, pictures = answer.array("pictures", hint=ITEM), grey(case)
    if shown.shape[1:] == (1, *pictures.shape[1:]):
        for name, each in (("as_they_are", shown), ("inverted", 1 - shown)):
            apart = np.abs(each - pictures).max(axis=(2, 3)).min(axis=1)
            said[name] = Estimate.of_share(apart < 2 / 255)
    return said


@task("3", share=0.35)
@probe("pairs")
def test_the_label_tells_the_truth(answer, case):
    _, label, one_person = _of_many_pictures(answer, case)
    assert_that(
        0.05 < one_person.mean() < 0.95,
        "Draw pairs of both kinds: of one person, and of two.",
        "nearly all pairs are of one kind.",
    )
    assert_that(
        (label == np.where(one_person, 0, 1)).all(),
        "The label is 0 where both pictures show one person, 1 where they show two: of those returned.",
        "a label and its pictures do not fit.",
    )


@task("3", share=0.15)
@probe("pairs")
def test_neither_kind_of_pair_is_rare(answer, case):
    share = _share_of_one_person(answer, case)
    assert_that(
        0.25 <= share <= 0.75,
        "Half of the pairs on average are of one person: toss a coin for each item.",
        f"{100 * share:.0f} % of the pairs are of one person.",
    )


@task("3", share=0.1)
@probe("pairs")
def test_half_of_the_pairs_are_of_one_person(answer, case):
    share = _share_of_one_person(answer, case)
    assert_that(
        abs(share - 0.5) <= 6 * 0.5 / np.sqrt(case["draws"]),
        "Half of the pairs on average are of one person: toss a coin, and draw from the person's own.",
        f"{100 * share:.0f} % of the pairs are of one person.",
    )


@task("3", share=0.25)
@probe("pairs")
def test_every_picture_comes_and_pairs_are_not_one_picture_twice(answer, case):
    number, _, one_person = _of_many_pictures(answer, case)
    for side in number.T:
        for kind in (one_person, ~one_person):
            assert_that(
                np.isin(np.arange(len(case["people"])), side[kind]).all(),
                "Every picture of every person can come, on either side, in pairs of both kinds.",
                "some pictures never come.",
            )
    again = (number[:, 0] == number[:, 1])[one_person].mean()
    assert_that(
        again < 0.6,  # with three pictures a person, a third comes twice by chance; six deviations are 0.13
        "A pair of one person is mostly two different pictures: else the network learns nothing from it.",
        f"{100 * again:.0f} % of the pairs of one person are the same picture twice.",
    )


@summary("pairs")
def what_pairs_say(answer, case):
    """How often things happen in pairs: two data sets draw others, and these are the same."""
    number, label, one_person = _drawn(answer, case)
    again = number[:, 0] == number[:, 1]
    shares = {
        "of_one_person": one_person,
        "labelled_0": label == 0,
        "labelled_1": label == 1,
        "labelled_0_of_one_person": (label == 0)[one_person],
        "labelled_1_of_two": (label == 1)[~one_person],
        "one_picture_twice": again[one_person],
    }
    for picture in range(len(case["people"])):
        for side in (0, 1):
            shares[f"picture_{picture}_on_side_{side}"] = number[:, side] == picture
    return {name: Estimate.of_share(share) for name, share in shares.items() if share.size}


def _drawn(answer, case):
    """Numbers of the pictures (draws, 2), labels (draws,), and which pairs are of one person."""
    _assert_parts(answer)
    shown = answer.array("shown", (case["draws"], 2, 4, 4), ITEM)
    label = answer.array("label", (case["draws"],), ITEM)
    number = known_again(shown.reshape(-1, 4, 4), grey(case)).reshape(-1, 2)
    assert_that((number >= 0).all(), ITEM, "a picture is none of the data set's.")
    person = case["people"].numpy()[number]
    return number, label, person[:, 0] == person[:, 1]


def _of_many_pictures(answer, case):
    """What `_drawn` gives; a few pairs for ever are no data set, however true their labels."""
    number, label, one_person = _drawn(answer, case)
    assert_that(
        len(np.unique(number)) > len(case["people"]) / 2,
        "Draw each pair from all pictures of the data set.",
        "most of the pictures never come.",
    )
    return number, label, one_person


def _share_of_one_person(answer, case):
    """By the pictures, or by labels that mostly go with them, or against them: whichever is nearer to a half.

    So a label that lies now and then costs once, and one that knows nothing of the pictures earns nothing.
    """
    _, label, one_person = _of_many_pictures(answer, case)
    shares = [one_person.mean()]
    if abs(((label == 0) == one_person).mean() - 0.5) > 0.15:
        shares.append((label == 0).mean())
    return min(shares, key=lambda share: abs(share - 0.5))


def _assert_parts(answer):
    parts = answer.number("parts")
    assert_that(parts == 3, ITEM, f"an item has {parts:g} parts.")


def _assert_text(answer, name, wanted, told):
    found = answer.text(name, ITEM)
    assert_that(found == wanted, ITEM, f"{told} {found}.")
