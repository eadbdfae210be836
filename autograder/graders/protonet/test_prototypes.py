"""3.1 prototypes and distances, 3.2 the loss, 3.4 accuracy."""

from functools import lru_cache

import numpy as np
import torch

from autograder.judging import assert_close, assert_same_direction, assert_that, probe, summary, task

from .given import given

# A zero under a root has no gradient, so some add up to 1e-6 there: distances and losses move by its root.
STABILISER = 1e-3
# Queries of other classes move the distances of these episodes by a fifth to a third, and a loss that has a
# mistake of its own by a little at least.
ASTRAY = 1e-3
MOST_CALLS = 256  # of the encoder that are looked at one by one: more than an episode has drawings


@task("3.1")
@probe("loss_slopes")
def test_the_loss_sees_each_support_sample_through_its_class_mean(answer, expected):
    hint = "A prototype is the mean of the support embeddings of its own class, and of nothing else."
    _assert_same_line(answer, expected, "support", hint)


@task("3.1")
@probe("loss_slopes")
def test_the_loss_sees_each_query_through_its_distance_to_the_prototypes(answer, expected):
    hint = "Take the Euclidean distance from each query embedding to each prototype, (queries, classes)."
    _assert_same_line(answer, expected, "query", hint)
    if answer["distances"] is not None:
        assert_close(answer["distances"], expected["distances"], rtol=1e-3, atol=STABILISER, hint=hint)


@task("3.1")
@probe("batch_statistics")
def test_the_encoder_sees_the_episode_as_one_batch(answer, case):
    hint = (
        "Concatenate support and query and call the encoder once: batch normalisation sees each call apart."
    )
    (both,), (support,), (query,), *_ = _statistics(case["emb_dim"], case["support"], case["query"])
    calls = answer.array("calls", hint=hint)
    assert_that(calls.shape[1:] == both.shape, hint, "the encoder was not called with a batch of images.")
    seen = [_is_one_of(call, (both, support, query)) for call in calls]
    assert_that(all(seen) and _whole(calls, both, support, query), hint, "it saw another batch.")
    _assert_that_classes_matter(answer)


@task("3.1")
@probe("batch_statistics")
def test_the_mode_of_the_encoder_is_left_to_the_caller(answer, case):
    hint = "In eval mode, batch normalisation must not learn from an episode: leave the mode as it is."
    (both,), (support,), (query,), *_ = _statistics(case["emb_dim"], case["support"], case["query"])
    calls = answer.array("calls", hint=hint)
    assert_that(calls.shape[1:] == both.shape and _whole(calls, both, support, query), hint)
    moved = answer.array("moved_in_eval_mode", both[0].shape, hint)
    assert_close(moved, np.zeros(moved.shape), hint=hint)
    _assert_that_classes_matter(answer)


@summary("batch_statistics")
def what_the_encoder_saw(answer, case):
    """Which parts of the episode, whatever their order and however often, and any other batch as it is."""
    parts = _statistics(case["emb_dim"], case["support"], case["query"])
    calls = answer.array("calls")
    if calls.shape[1:] != parts[0][0].shape or len(calls) > MOST_CALLS:
        return {"calls": calls[:MOST_CALLS]}
    names = "episode", "support", "queries", "support_by_class", "queries_by_class"
    saw = {name: all(_saw(calls, side) for side in part) for name, part in zip(names, parts, strict=True)}
    known = [side for part in parts for side in part]
    others = [call for call in calls if not _is_one_of(call, known)]
    return saw | {
        "others": np.array(others),
        "moved_in_eval_mode": answer["moved_in_eval_mode"],
        "classes_matter": answer.number("moved_by_classes") > ASTRAY,
    }


@task("3.2")
@probe("loss_value")
def test_the_loss_is_the_mean_negative_log_probability_of_the_true_class(answer, expected):
    hint = (
        "Log-softmax of minus the distances over the classes of each query; minus its value at the true "
        "class; then the mean over all queries."
    )
    _assert_either(answer, expected, "loss", STABILISER, hint)


@task("3.4")
@probe("accuracy")
def test_accuracy_is_the_share_of_queries_whose_most_likely_class_is_theirs(answer, expected):
    hint = "The most likely class of a query is the nearest prototype's; the accuracy is a share, 0 to 1."
    _assert_either(answer, expected, "accuracy", 1e-6, hint)


def _assert_same_line(answer, expected, side, hint):
    """The same direction up to its sign, which for a loss is a matter of 3.2."""
    way = "by_loss" if answer["distances"] is None else "by_distances"
    wanted = expected.array(f"{side}_{way}")
    found = answer.array(f"{side}_{way}", wanted.shape, hint).astype(np.float64)
    sign = -1 if (found * wanted).sum() < 0 else 1
    assert_same_direction(sign * found, wanted, hint=hint)


def _assert_either(answer, expected, name, atol, hint):
    """Right for given distances, or on one of the episodes with everything the student's own."""
    own, wanted, given = answer[name], expected.array(name), f"{name}_of_distances"
    if own is not None:
        shape = np.shape(own)[1:]  # of (1,) it is one number, too
        assert_that(np.prod(shape) == 1, hint, f"the {name}: expected one number, got shape {shape}.")
        found = answer.array(name, (*wanted.shape, *shape)).reshape(wanted.shape)
        if any(np.isclose(found, wanted, rtol=1e-4, atol=atol)):
            return
    if answer[given] is None:
        assert_close(answer.array(name)[0], wanted[0], atol=atol, hint=hint)
    assert_close(answer[given], expected[given], hint=hint)


@lru_cache(maxsize=8)  # once for a case and a class: tensors are told apart by which they are
def _statistics(emb_dim, support, query):
    """What the last batch normalisation sees (2, C) of the episode, of its support, of its queries, and of
    each class's support and queries."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        encoder = given("encoder").OmniGlotEncoder(emb_dim)
    *blocks, last = encoder.blocks

    def seen(maps):
        for layer in (*blocks, last[0]):
            maps = layer(maps)
        return torch.stack([maps.mean(dim=(0, 2, 3)), maps.var(dim=(0, 2, 3))]).numpy()

    whole = [side.flatten(0, 1) for side in (support, query)]
    with torch.no_grad():
        return [[seen(part) for part in parts] for parts in ([torch.cat(whole)], *zip(whole), support, query)]


def _is_one_of(call, sides):
    return any(np.allclose(call, side, rtol=1e-3, atol=1e-5) for side in sides)


def _saw(calls, side):
    return any(_is_one_of(call, [side]) for call in calls)


def _whole(calls, both, support, query):
    """Whether the episode was seen at once, or support and queries in a call each."""
    return _saw(calls, both) or (_saw(calls, support) and _saw(calls, query))


def _assert_that_classes_matter(answer):
    assert_that(
        answer.number("moved_by_classes") > ASTRAY,
        "The embeddings of this batch are what distances and loss are made of.",
        "the result is the same for queries of any class.",
    )
