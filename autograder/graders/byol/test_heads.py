"""Part 7, few labels. Trusted side."""

from autograder.judging import assert_close, probe, task


@task("7.1", share=0.4)
@probe("heads")
def test_a_linear_layer_stands_on_the_features(answer, expected):
    hint = "The features of the encoder, then a linear layer with an output for each class."
    for name in ("frozen_before", "free_before"):
        assert_close(answer[name], expected[name], rtol=1e-3, atol=1e-4, hint=hint)
    assert_close(
        answer["usual_shape"], expected["usual_shape"], hint="Ten classes, if nobody says otherwise."
    )


@task("7.1", share=0.3)
@probe("heads")
def test_a_frozen_encoder_stays_as_it_is(answer, expected):
    hint = "Frozen: no gradient for the encoder, and its batch normalisation in eval mode even in training."
    assert_close(answer["frozen_after"], expected["frozen_after"], rtol=1e-3, atol=1e-4, hint=hint)
    assert_close(answer["frozen_trained"], expected["frozen_trained"], hint=hint)


@task("7.1", share=0.3)
@probe("heads")
def test_a_free_one_learns_and_the_original_does_not(answer, expected):
    hint = "Work on a deep copy of the encoder; without `freeze` all of the copy learns."
    assert_close(answer["free_after"], expected["free_after"], rtol=1e-2, atol=1e-3, hint=hint)
    for name in ("frozen_original", "free_original", "usual_trained"):
        assert_close(answer[name], expected[name], hint=hint)
