"""Part 2, the baseline. Trusted side."""

import numpy as np

from autograder.judging import assert_close, assert_that, probe, task

from .ways import either_way


@task("2.1")
@probe("counts")
def test_right_predictions_are_counted(answer, expected):
    hint = "The prediction of an image is the class with the largest value. Count images, no share."
    assert_close(answer.number("count"), expected["count"], hint=hint)


@task("2.2", share=0.4)
@probe("validation")
def test_the_loss_is_the_mean_over_images(answer, expected, case):
    hint = "`loss_fn` gives the mean of a batch, and the last batch is smaller. Eval mode, as always."
    _assert_all(answer, expected, case, "loss", hint)


@task("2.2", share=0.2)
@probe("validation")
def test_the_accuracy_is_a_share_of_all_images(answer, expected, case):
    hint = "Right predictions of all batches, divided by the number of all images."
    _assert_all(answer, expected, case, "accuracy", hint)


@task("2.2", share=0.4)
@probe("validation")
def test_the_model_is_left_as_it_came(answer, expected, case):
    _assert_all(
        answer,
        expected,
        case,
        "mode",
        "A model that came in train mode leaves in train mode, one in eval mode in eval mode.",
    )
    hint = "Validation learns nothing: no gradients, and eval mode, in which statistics stay."

    def fits(way):
        assert_close(answer[f"{way}_statistics"], expected[f"{way}_statistics"], hint=hint)
        assert_close(answer[f"{way}_gradient"], expected[f"{way}_gradient"], hint=hint)
        assert_that((answer.array(f"{way}_recorded") == 0).all(), hint, "the model ran with gradients on.")

    either_way(answer, fits)


def _assert_all(answer, expected, case, what, hint):
    """Whichever the size of the batches and the mode of the model."""
    names = [f"{what}_{size}_{mode}" for size in case["sizes"].tolist() for mode in ("train", "eval")]

    def fits(way):
        for name in names:
            assert_close(answer.number(f"{way}_{name}"), expected[f"{way}_{name}"], hint=hint)

    either_way(answer, fits)


@task("2.3", share=0.5)
@probe("fitting")
def test_the_weights_follow_the_gradient_of_each_batch(answer, expected):
    hint = "For each batch: loss in train mode, zero_grad, backward, step. Every epoch sees all batches."

    def fits(way):
        assert_close(answer[f"{way}_weights"], expected[f"{way}_weights"], rtol=1e-3, atol=1e-5, hint=hint)

    either_way(answer, fits)


@task("2.3", share=0.2)
@probe("fitting")
def test_training_is_in_train_mode(answer, expected):
    hint = "The model may come in eval mode: call `model.train()` before the batches of an epoch."

    def fits(way):
        assert_close(
            answer[f"{way}_statistics"], expected[f"{way}_statistics"], rtol=1e-3, atol=1e-5, hint=hint
        )

    either_way(answer, fits)


@task("2.3", share=0.3)
@probe("fitting")
def test_each_epoch_prints_the_training_loss_and_validates(answer, expected):
    def fits(way):
        hint = "After each epoch `validate` sees `val_dl`, unless `print_metrics` is false."
        assert_close(answer[f"{way}_validated"], expected[f"{way}_validated"], hint=hint)
        hint = "After each epoch print the mean training loss and what `validate` says."
        wanted = expected.array(f"{way}_printed")
        found = answer.array(f"{way}_printed", hint=hint).reshape(-1)
        near = [np.abs(found - value).min(initial=np.inf) < 0.02 * max(1, abs(value)) for value in wanted]
        assert_that(
            np.mean(near) >= 0.5 and len(found) >= len(wanted) / 2,
            hint,
            "other numbers are printed, or none.",
        )

    either_way(answer, fits)


@task("2.4")
@probe("resnet")
def test_it_is_resnet_18_with_the_wanted_outputs(answer, expected):
    hint = "`models.resnet18(num_classes=num_classes)`, no other depth and no layer on top."
    assert_close(answer["shapes"], expected["shapes"], hint=hint)
    hint = "The values of the classes as the last layer gives them: no softmax, and with a gradient."
    assert_close(answer["output"], expected["output"], rtol=1e-2, atol=1e-3, hint=hint)
    assert_close(answer["learns"], expected["learns"], hint=hint)
