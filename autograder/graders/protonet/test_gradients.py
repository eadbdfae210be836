"""3.3 gradients."""

import numpy as np

from autograder.judging import assert_close, assert_that, probe, task

SIDES = ("support", "query", "weight")
ALIKE = 0.3  # cosine of slopes; other random numbers, and slopes that are equal for all queries, have less


@task("3.3")
@probe("loss_gradients")
def test_the_gradient_reaches_the_support(answer, expected, case):
    _assert_gradient(answer, expected, case, "support", "Do the prototypes stay part of the graph?")


@task("3.3")
@probe("loss_gradients")
def test_the_gradient_reaches_the_queries(answer, expected, case):
    _assert_gradient(answer, expected, case, "query", "Are the queries encoded with gradients?")


@task("3.3")
@probe("loss_gradients")
def test_the_gradient_reaches_the_encoder(answer, expected, case):
    hint = "Is the loss a tensor of the graph, on both of its sides?"
    _assert_gradient(answer, expected, case, "weight", hint)


def _assert_gradient(answer, expected, case, side, hint):
    """That of the own loss; where there is none yet, that of own distances or by given ones."""
    if any(answer[f"{name}_{kind}"] is not None for name in SIDES for kind in ("slopes", "grad")):
        _assert_own_slopes(answer, expected, case, side, hint)
        return
    way = f"given_loss_{side}" if answer[f"given_loss_{side}"] is not None else "given_distances"
    wanted = expected.array(way)
    assert_close(answer[way], wanted, rtol=1e-3, atol=1e-3 * np.abs(wanted).max(), hint=hint)


def _assert_own_slopes(answer, expected, case, side, hint):
    """Autograd's gradient is what the values of the same loss say, and that loss is about these distances."""
    slopes, queries, gradient = (
        _array(answer, expected, name) for name in (f"{side}_slopes", "query_slopes", f"{side}_grad")
    )
    finite = all(np.isfinite(values).all() for values in (slopes, queries, gradient))
    assert_that(finite, hint, "some slopes or gradients are not finite.")
    alike = _are_alike(queries, expected.array("query_slopes"), case)
    fits = alike or _is_made_of_distances(_array(answer, expected, "support_slopes"), queries)
    assert_that(fits or _half_is_right(answer, expected), hint, "the loss hardly depends on the distances.")
    largest = max(float(np.abs(slopes).max()), float(np.abs(queries).max()))
    assert_close(gradient, slopes, rtol=0, atol=0.01 * largest, hint=hint)


def _are_alike(slopes, wanted, case):
    """Whether slopes go along, or against, what the right ones are beside the points themselves.

    Points are the slopes of products of points, which ask for no distance to another class.
    """
    points = [case[side].numpy().ravel() for side in ("support", "query") if case[side].shape == slopes.shape]
    within = np.linalg.lstsq(np.stack(points, axis=1), wanted.ravel(), rcond=None)[0] @ points
    beside = wanted - within.reshape(wanted.shape)
    return abs((slopes * beside).sum()) > ALIKE * np.linalg.norm(slopes) * np.linalg.norm(beside)


def _is_made_of_distances(support, queries):
    """Whether nothing changes where all points move alike, and each query matters in a way of its own: of
    prototypes that are wrong, too, since those are a matter of 3.1.
    """
    support, queries = (slopes.reshape(-1, slopes.shape[-1]) for slopes in (support, queries))
    size = np.abs(queries).sum()
    moved = np.abs(support.sum(axis=0) + queries.sum(axis=0)).sum()
    own = np.abs(queries - queries.mean(axis=0)).sum()
    return moved < 0.02 * size and own > 0.3 * size


def _half_is_right(answer, expected):
    """Whether the gradient of the loss by given distances is right, or that of the distances."""
    ways = (("given_distances",), tuple(f"given_loss_{side}" for side in SIDES))
    return any(all(_is_close(answer[name], expected.array(name)) for name in names) for names in ways)


def _is_close(found, wanted):
    return np.shape(found) == wanted.shape and np.allclose(found, wanted, 1e-3, 1e-3 * np.abs(wanted).max())


def _array(answer, expected, name):
    return answer.array(name, expected.array(name).shape).astype(np.float64)
