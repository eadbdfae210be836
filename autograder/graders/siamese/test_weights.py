"""Task 5.1: people it never saw. Trusted side.

The handed-in tensors are measured in a network of ours, on pictures that never enter the sandbox.
"""

import numpy as np
import torch
from safetensors.torch import save

from autograder.judging import assert_that, leave_to_a_person, probe, task

from .people import area_of
from .trained import embedded, is_released, network_of

TABLE = "siamese.pth holds the `state_dict()` of the network of task 4: `torch.save(net.state_dict(), ...)`."
ANOTHER = (
    "`forward_each` makes something else of these weights than the table's network: somebody has to look."
)
OTHERS = (True, False), (False, True), (True, True)  # average pooling, a softmax at the end


@task("5.1", share=0.5)
@probe("weights")
def test_people_are_told_apart_fairly(answer, case, settings):
    _assert_area_of(answer, case, settings["area_fair"])


@task("5.1", share=0.5)
@probe("weights")
def test_people_are_told_apart_well(answer, case, settings):
    _assert_area_of(answer, case, settings["area_good"])


def _assert_area_of(answer, case, least):
    tensors = _tensors(answer)
    finite = all(tensor.isfinite().all() for tensor in tensors.values())
    assert_that(finite, "Did the loss become NaN? Start again.", "some weights are not finite.")
    network = network_of(tensors)
    if network is None:
        leave_to_a_person(
            "These are not the weights of the table's network: somebody has to look at them.", TABLE
        )
    assert_that(
        not is_released(network),
        "Train your own: some minutes are enough. Begin with a new `SiameseNetwork()`.",
        "these are the filters of the network that comes with the lab, or nearly so.",
    )
    area = area_of(save(tensors), case["people_file"])
    if area < least and not _as_the_student_has_it(network, answer, case["images"]):
        area = max(area_of(save(tensors), case["people_file"], *reading) for reading in OTHERS)
        if area < least:
            leave_to_a_person(f"{ANOTHER} In the table's network the area under the ROC is {area:.3f}.")
    assert_that(
        area >= least,
        "Train for longer, and save the network after the training.",
        f"the area under the ROC is {area:.3f}, wanted {least:g}.",
    )


def _tensors(answer):
    names = answer.text("names", TABLE).split("\n")
    bits = {
        name: np.array(answer.array(f"tensor_{number}", hint=TABLE))
        for number, name in enumerate(names)
        if name
    }
    assert_that(all(each.dtype == np.int16 for each in bits.values()), TABLE)
    return {name: torch.from_numpy(each.view(np.float16)).float() for name, each in bits.items()}


def _as_the_student_has_it(network, answer, images):
    """Whether the student's own network gives what ours does; so it is where theirs cannot be asked."""
    if answer["own"] is None:
        return True
    wanted = embedded(network, images).numpy()
    own = answer.array("own")
    return own.shape == wanted.shape and np.allclose(own, wanted, rtol=1e-2, atol=1e-2 * np.abs(wanted).max())
