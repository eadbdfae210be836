"""Parts 4 and 5, two views and the model. Trusted side."""

import numpy as np

from autograder.judging import assert_close, assert_same_direction, assert_that, probe, summary, task

from .ways import either_way


@task("4", share=0.6)
@probe("pairs")
def test_both_views_show_the_same_picture(answer, expected):
    hint = "Both transforms get the picture that TwoViews was called with; the result is a pair."
    for name in ("views", "first_picture", "second_picture"):
        assert_close(answer[name], expected[name], hint=hint)


@task("4", share=0.4)
@probe("pairs")
def test_each_view_is_drawn_anew_by_its_own_transform(answer, expected):
    hint = "The first view by `t`, the second by `t_prime`, each called once for each picture."
    for name in ("views", "first_call", "second_call"):
        assert_close(answer[name], expected[name], hint=hint)


@task("5.1", share=0.3)
@probe("mlp")
def test_an_mlp_is_linear_norm_relu_linear(answer, expected):
    hint = "Linear, BatchNorm1d, ReLU, Linear: (input_size, hidden_size), then (hidden_size, output_size)."
    for name in ("layers", "norms"):
        assert_close(answer[name], expected[name], hint=hint)
    assert_close(answer["output"], expected["output"], rtol=1e-3, atol=1e-3, hint=hint)
    hint = "Gradients pass through it to what lies before."
    assert_close(answer["gradient"], expected["gradient"], rtol=1e-2, atol=2e-3, hint=hint)


@task("5.1", share=0.4)
@probe("construction")
def test_the_target_is_a_frozen_copy_of_the_online_network(answer, expected):
    _assert_parts(answer)
    hint = "`copy.deepcopy` of online encoder and projector, with `requires_grad_(False)`."
    assert_close(answer["encoder"], expected["encoder"], hint="`online_encoder` is `model` or a copy of it.")
    assert_that(answer.array("online").size > answer.array("encoder").size, hint, "no projector has weights.")
    assert_close(answer["target"], answer["online"], hint=hint)
    assert_close(answer["target_afterwards"], answer["online"], hint=f"{hint} It must be another object.")
    assert_close(answer["trainable_in_target"], 0, hint=hint)


@task("5.1", share=0.3)
@probe("construction")
def test_projector_and_predictor_have_the_wanted_sizes(answer, expected):
    _assert_parts(answer)
    hint = (
        "The projector maps `input_size` to `projection_size`, the predictor `projection_size` to itself; "
        "both are MLPs with `hidden_size`, and learn."
    )
    for name in ("projections", "predictions", "projector", "predictor", "usual", "tau", "still_in_online"):
        assert_close(answer[name], expected[name], hint=hint)
    hint = "All parts are attributes of the model, so that an optimizer finds them."
    assert_that(answer.number("registered") >= answer.number("parts"), hint, "some are not.")


@task("5.2", share=0.4)
@probe("forwards")
def test_z_are_the_projections_of_the_target(answer, expected):
    hint = "z1 and z2: target encoder, then target projector, of x1 and of x2; no predictor."
    _assert_directions(answer, expected, ("z1", "z2"), hint)


@task("5.2", share=0.4)
@probe("forwards")
def test_p_are_the_predictions_of_the_online_network(answer, expected):
    hint = "p1 and p2: online encoder, online projector, online predictor, of x1 and of x2."
    _assert_directions(answer, expected, ("p1", "p2"), hint)


@task("5.2", share=0.2)
@probe("forwards")
def test_gradients_reach_the_online_network_alone(answer, expected):
    hint = "The projections of the target are computed without gradient, the predictions with it."

    def fits(way):
        names = (f"{way}_target_gradient", f"{way}_online_gradient")
        target, online = (answer.array(name, expected.array(name).shape, hint) for name in names)
        assert_that(bool((target < 1e-6).all()), hint, "the target gets a gradient.")
        assert_that(bool((online > 1e-6).all()), hint, "a part of the online network gets none.")
        _fits_directions(answer, expected, ("p1", "p2"), hint, way)

    either_way(answer, fits)


def _assert_parts(answer):
    missing = answer.text("missing")
    hint = "`__init__` makes online encoder, projector and predictor, and the target's encoder and projector."
    assert_that(not missing, hint, f"there is no module {missing}.")


def _assert_directions(answer, expected, names, hint):
    either_way(answer, lambda way: _fits_directions(answer, expected, names, hint, way))


def _fits_directions(answer, expected, names, hint, way):
    """Rows as they are, or of length 1: the loss normalises them."""
    assert_close(answer[f"{way}_outputs"], 4, hint="forward returns z1, z2, p1, p2.")
    for name in (f"{way}_{name}" for name in names):
        wanted = expected.array(name).astype(np.float64)
        found = answer.array(name, wanted.shape, hint).astype(np.float64)
        if np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-4):
            wanted = wanted / np.linalg.norm(wanted, axis=1, keepdims=True)
        assert_close(found, wanted, rtol=1e-3, atol=1e-3, hint=hint)


@task("5.3", share=0.5)
@probe("losses")
def test_a_prediction_is_drawn_to_the_direction_of_the_other_view(answer, expected):
    hint = "p1 with z2, p2 with z1, all normalised: 2 - 2 cos, or that times a factor, plus a constant."
    shape = expected.array("first").shape
    sides = [
        name for name in ("first", "second") if np.abs(answer.array(name, shape, hint)).max(initial=0) > 0
    ]
    assert_that(bool(sides), hint, "no prediction gets a gradient.")
    for name in sides:
        assert_same_direction(answer[name], expected[name], hint=hint, cosine=0.999)


@task("5.3", share=0.2)
@probe("losses")
def test_both_directions_count_alike(answer, expected):
    hint = "The loss is symmetric: p1 against z2 and p2 against z1, with the same weight."
    names = ("first", "second")
    wanted = [expected.array(name) for name in names]
    found = [answer.array(name, one.shape, hint) for name, one in zip(names, wanted, strict=True)]
    assert_same_direction(np.concatenate(found), np.concatenate(wanted), hint=hint, cosine=0.999)


@task("5.3", share=0.3)
@probe("losses")
def test_the_value_goes_with_both_directions(answer, expected):
    hint = "Over the images of a batch, of whatever size, it is the mean; and both directions are in it."
    wanted = expected.array("losses").astype(np.float64)
    found = answer.array("losses", wanted.shape, hint).astype(np.float64)
    table = np.stack([wanted, np.ones_like(wanted)], axis=1)
    line = np.linalg.lstsq(table, np.nan_to_num(found), rcond=None)[0]
    off = np.abs(table @ line - found).max(initial=0)
    assert_that(line[0] > 1e-4 and off < 1e-3 * np.ptp(wanted) * line[0], hint, "it is another function.")


@summary("losses")
def what_losses_say(answer, case):
    """Gradients and values of a loss, freed from its factor and its constant, which everybody may choose."""
    found = {name: answer.array(name).astype(np.float64) for name in ("first", "second", "losses")}
    factor = np.linalg.norm(np.concatenate([found["first"].ravel(), found["second"].ravel()]))
    found["losses"] = found["losses"] - found["losses"].mean()
    return {name: values / (factor or 1) for name, values in found.items()}


@task("5.4")
@probe("updates")
def test_the_target_moves_by_one_part_in_the_direction_of_the_online_network(answer, expected):
    def fits(way):
        hint = (
            "tau times the target plus (1 - tau) times the online network, encoder and projector, in place."
        )
        before, once = (answer.array(f"{way}_{name}", hint=hint) for name in ("before", "once"))
        assert_that(
            before.shape != once.shape or bool((before != once).any()), hint, "the target does not move."
        )
        for name in ("once", "twice"):
            assert_close(answer[f"{way}_{name}"], expected[f"{way}_{name}"], rtol=1e-4, atol=1e-5, hint=hint)
        hint = "The online network stays as it is."
        assert_close(answer[f"{way}_online_afterwards"], expected[f"{way}_online_afterwards"], hint=hint)

    either_way(answer, fits)


@task("5.5")
@probe("schedule")
def test_tau_rises_along_half_a_cosine(answer, expected):
    hint = "It is `base` at the first step and 1 at the last; the default is 0.996."
    for name in ("default", "other"):
        assert_close(answer[name], expected[name], rtol=1e-6, hint=hint)
