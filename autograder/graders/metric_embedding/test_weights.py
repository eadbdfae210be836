"""3b, 3d, 3e: trained weights. Trusted side."""

from autograder.judging import assert_that, leave_to_a_person, probe, task

from .files import resemblance, trained

ALL_DIGITS, WITHOUT_0 = "metric-embedding.pth", "metric-embedding-without-0.pth"


@task("3b", share=0.5)
@probe("trained_on_all")
def test_the_network_has_learned(answer, case, settings):
    _assert_own_and_right(answer, case, settings, ALL_DIGITS, settings["all_fair"])


@task("3b", share=0.5)
@probe("trained_on_all")
def test_the_network_has_learned_well(answer, case, settings):
    _assert_own_and_right(answer, case, settings, ALL_DIGITS, settings["all_good"])


@task("3d")
@probe("trained_on_all")
def test_the_file_holds_a_trained_network(answer, case, settings):
    _own(answer, case, settings, ALL_DIGITS)


@task("3e", share=0.5)
@probe("trained_without_0")
def test_the_network_that_never_saw_a_0_tells_ten_classes_apart(answer, case, settings):
    found = _assert_own_and_right(answer, case, settings, WITHOUT_0, settings["without_0_good"])
    if answer["other_names"] is not None:
        other = trained(answer, case, ALL_DIGITS, "other_")
        assert_that(
            resemblance(found.network, other.network, case["measured_on"]) < settings["same_network"],
            "Train a second network, on MNISTMetricDataset(..., remove_class=0).",
            "both files hold the same network.",
        )


def _assert_own_and_right(answer, case, settings, file, least):
    found = _own(answer, case, settings, file)
    if found.network.shape.large_at_the_end:
        least -= settings["less_without_last_pooling"]
    assert_that(
        found.accuracy >= least,
        "Train for longer, and save the network after the training.",
        f"{100 * found.accuracy:.1f} % of unseen digits are right, wanted {100 * least:g} %.",
    )
    return found


def _own(answer, case, settings, file):
    """The network in `file`: trained, and not the one that comes with the lab."""
    found = trained(answer, case, file)
    if not found.known and found.gain < settings["gain"]:
        leave_to_a_person(f"No network of this lab's shapes with the weights in {file} tells digits apart.")
    assert_that(
        found.gain >= settings["gain"],
        "Save `model.state_dict()` of the trained model, after the training.",
        f"on unseen digits these weights gain {100 * found.gain:.1f} percentage points over themselves "
        f"shuffled, wanted {100 * settings['gain']:g}.",
    )
    assert_that(
        not found.released,
        "Train your own: it takes a few minutes. The released network is there to compare with.",
        "this is the network that comes with the lab, or nearly so.",
    )
    return found
