"""Judges the example lab. Trusted side."""

from autograder.judging import assert_close, probe, task


@task("1.1")
@probe("class_means")
def test_each_class_has_its_own_mean(answer, expected):
    assert_close(
        answer["means"],
        expected["means"],
        hint="One row per class present in `labels`, ascending; labels need not be 0, 1, 2.",
    )


@task("1.1")
@probe("class_means")
def test_gradients_reach_the_features(answer, expected):
    assert_close(
        answer["features_grad"],
        expected["features_grad"],
        hint="Is something detached, or turned into NumPy on the way?",
    )
