"""Part 6, training. Trusted side."""

import numpy as np

from autograder.judging import assert_close, assert_same_direction, assert_that, probe, task

from .ways import either_way

FORWARD, STEP, UPDATE = 0, 1, 2


@task("6", share=0.3)
@probe("byol_training")
def test_the_online_network_follows_the_gradient_of_every_batch(answer, expected):
    hint = "Each batch in train mode: forward, loss, zero_grad, backward, step; all batches, every epoch."

    def fits(way):
        assert_close(answer[f"{way}_online"], expected[f"{way}_online"], rtol=1e-2, atol=2e-3, hint=hint)
        trained = answer.array(f"{way}_modes", hint=hint)
        assert_that(trained.size > 0 and bool((trained == 1).all()), hint, "the model is in eval mode.")

    either_way(answer, fits)


@task("6", share=0.3)
@probe("byol_training")
def test_the_target_follows_after_every_step(answer, expected):
    """In the last step it may stand still, as it does where the average comes at the start of a step."""
    hint = "After every step of the optimizer, once, the target moves towards the new online network."

    def fits(way):
        if way == "own":
            for name in ("own_target", "own_online"):
                assert_close(answer[name], expected[name], rtol=1e-2, atol=2e-3, hint=hint)
            return
        done = answer.array("given_done", hint=hint).reshape(-1)
        assert_that(np.isin(done, (FORWARD, STEP, UPDATE)).all(), hint, "what was called cannot be told.")
        # It is this case's model that was trained.
        begun = np.atleast_2d(answer.array("given_online", hint=hint))[:1]
        assert_close(begun, expected.array("given_online")[:1], hint=hint)
        step = _first_wrong_update(done.astype(int), sum(expected.array("given_done") == STEP))
        assert_that(step is None, hint, f"in step {step} the target is not updated once, after it.")

    either_way(answer, fits)


def _first_wrong_update(done, steps):
    """The first step, from 1, between which and the next forward pass there is not one update; nor may there
    be any between a forward pass and its step, nor more than one before the first, and the last update may
    be missing.
    """
    text = "".join("fsu"[what] for what in done).lstrip("u")
    rounds = text.replace("ff", "f").split("f")[1:]
    if len(rounds) != steps:
        return len(rounds)
    wrong = [n for n, part in enumerate(rounds, 1) if part != "su" and not (n == steps and part == "s")]
    return wrong[0] if wrong else None


@task("6", share=0.1)
@probe("byol_training")
def test_the_history_has_the_mean_loss_of_each_epoch(answer, expected, case):
    hint = 'Return {"train_loss": [...]} with the mean loss of the batches, one number an epoch.'

    def fits(way):
        if way == "own":
            return assert_close(
                answer["own_history"], expected["own_history"], rtol=1e-2, atol=1e-3, hint=hint
            )
        losses = answer.array("given_losses", expected.array("given_losses").shape, hint)
        assert_close(losses[0], expected.array("given_losses")[0], rtol=1e-3, hint=hint)
        wanted = losses.reshape(case["epochs"], -1).mean(axis=1)
        return assert_close(answer["given_history"], wanted, rtol=1e-3, atol=1e-4, hint=hint)

    # A student's own loss may have any factor, and a sum of halves looks like a mean: rather the given one.
    fits("given" if "given_history" in answer.answer.values else "own")


@task("6", share=0.2)
@probe("early_stopping")
def test_training_stops_when_nothing_improves(answer, expected):
    hint = "Stop when for `patience` epochs no mean loss was smaller than the best one before."

    def fits(way):
        wanted = expected.array(f"{way}_epochs")
        run, noted = answer.array(f"{way}_epochs", wanted.shape, hint).T
        assert_close(noted, run, hint="The history has one number for each epoch.")
        late = run - wanted[:, 0]  # some count the epochs beyond the patience
        assert_that(bool(((late == 0) | (late == 1)).all()), hint, f"it stopped after {run.tolist()} epochs.")

    either_way(answer, fits)


@task("6", share=0.1)
@probe("deviations")
def test_the_deviation_is_that_of_the_directions(answer, expected, case):
    hint = "Normalise each projection, then the deviation over the batch, then the mean over the features."
    for name in ("narrow", "wide"):
        assert_same_direction(answer[name], expected[name], hint=hint)
    factors = [answer.array(name).mean() / expected.array(name).mean() for name in ("narrow", "wide")]
    root = (
        case["wide"].shape[2] / case["narrow"].shape[2]
    ) ** 0.5  # without the square root of the width, it falls
    fits = np.isclose(factors[0] / factors[1], [1, root], rtol=0.01).any()
    assert_that(
        bool(fits),
        "The mean over the features, times the square root of their number.",
        "it grows with them.",
    )
