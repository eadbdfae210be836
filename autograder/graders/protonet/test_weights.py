"""3.5 trained weights: the handed-in tensors in an encoder of ours, on listed episodes."""

from autograder.judging import assert_that, leave_to_a_person, probe, task
from data_utils.omniglot import OmniGlotDataSet

from .networks import accuracy, encoder_of, is_released, untrained_accuracy


@task("3.5", share=1 / 3)
@probe("trained_weights")
def test_the_network_has_learned(answer, case, settings):
    _assert_accuracy(answer, case, settings, "fair")


@task("3.5", share=2 / 3)
@probe("trained_weights")
def test_the_network_has_learned_well(answer, case, settings):
    _assert_accuracy(answer, case, settings, "good")


def _assert_accuracy(answer, case, settings, level):
    trained_on = answer.text("trained_on")  # first: it says why where no file could be read
    weights = _weights(answer)
    # Real drawings only where the network was trained on them and this machine has them.
    unseen = "omniglot" if trained_on == "omniglot" and OmniGlotDataSet().source == "omniglot" else "glyphs"
    episodes = case[unseen]
    asked = weights, unseen, tuple(episodes["classes"]), episodes["plan"].numpy().tobytes()
    share, least = accuracy(*asked), settings[f"{unseen}_{level}"]
    assert_that(
        share >= least,
        "Train for longer, and save the network after the training, not before.",
        f"{100 * share:.1f} % in 20-way 5-shot episodes of unseen {unseen}, wanted {100 * least:g} %.",
    )
    assert_that(
        not is_released(weights),
        "Train your own: a few minutes are enough. The released network is there to compare with.",
        "this is the network that comes with the lab, or nearly so.",
    )
    if 1 - share > settings["mistakes"] * (1 - untrained_accuracy(*asked)):
        leave_to_a_person("With random weights a network as wide as this one does nearly as well.")


def _weights(answer):
    """The handed-in tensors as the bytes of an encoder's state, whatever they were called."""
    names = sorted(name for name in answer.answer.values if name.startswith("tensor_"))
    tensors = [answer.array(name) for name in names]
    assert_that(bool(tensors), "Save the network with `save_checkpoint`.", "the file holds no weights.")
    weights = encoder_of(tensors)
    if weights is None:
        shapes = ", ".join(str(tensor.shape) for tensor in tensors[:4])
        leave_to_a_person(
            f"These {len(tensors)} tensors are not those of the lab's encoder; the first: {shapes}.",
            "Train and save the lab's `OmniGlotEncoder`; a person looks at other networks.",
        )
    assert_that(
        weights != b"",
        "Did the loss become NaN? Start again, perhaps with a smaller learning rate.",
        "some weights are not finite.",
    )
    return weights
