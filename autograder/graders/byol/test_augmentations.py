"""3.1 and 3.2, by how often things happen in hundreds of views. Trusted side.

Shares are those of the reference, in byol.toml (solutions/byol/measure_views.py). A share is wrong where half
as much again, or that much less, is 100,000 times likelier; what should never happen may in one view of a
hundred.
"""

import numpy as np

from autograder.judging import Estimate, assert_close, assert_that, probe, summary, task
from autograder.judging.statistics import far_from

from . import augmented as seen
from .augmented import assert_shown, views_of

MEAN, STD = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
REJECT, NEVER = 11.5, 0.01

CROP = {
    seen.small: "Random crops of 8 to 100 % of the area, resized to SIZE: some are small.",
    seen.large: "Random crops of 8 to 100 % of the area, resized to SIZE: some are large.",
    seen.tiny: "Random crops of 8 to 100 % of the area: none is smaller.",
    seen.wide: "Crops of a ratio from 3/4 to 4/3: some are wide.",
    seen.high: "Crops of a ratio from 3/4 to 4/3: some are high.",
    seen.slim: "Crops of a ratio from 3/4 to 4/3: none is narrower.",
}
FLIP = {
    seen.upside_down: "Pictures are mirrored left to right, never turned upside down.",
    seen.mirrored: "Mirror every other picture, left to right.",
}
JITTER = {
    seen.beyond_brightness: "The jitter's brightness is 0.4.",
    seen.beyond_contrast: "The jitter's contrast is 0.4.",
    seen.beyond_saturation: "The jitter's saturation is 0.2.",
    seen.beyond_hue: "The jitter's hue is 0.1.",
    seen.jittered: "The colour jitter acts with probability 0.8, as a whole.",
    seen.far_in_brightness: "The jitter's brightness is 0.4.",
    seen.far_in_contrast: "The jitter's contrast is 0.4.",
    seen.far_in_saturation: "The jitter's saturation is 0.2.",
    seen.far_in_hue: "The jitter's hue is 0.1.",
}
GREY = {seen.grey: "One view in five is grey."}
BLURRED = {seen.blurred: "Gaussian blur, sigma from 0.1 to 2.0: always in t, in one view in ten in t'."}
SIGMAS = {seen.strongly_blurred: "The blur's sigma is drawn anew for each view, from 0.1 to 2.0."}
SOLARISED = {
    seen.turned_below_half: "What is below half of the range stays; on a PIL image half of the range is 128.",
    seen.solarised: "Solarise in one view in five in t', never in t.",
}
NO_STEP = {  # does any of these, in t or in t'
    *(seen.tiny, seen.slim, seen.upside_down, seen.turned_below_half),
    *(seen.beyond_brightness, seen.beyond_contrast, seen.beyond_saturation, seen.beyond_hue),
}
OF_T = {"whole": CROP | FLIP | JITTER | BLURRED | SIGMAS, "quick": GREY | SOLARISED}
OF_T_PRIME = {"whole": CROP | FLIP | JITTER, "quick": GREY | SOLARISED | BLURRED}


@summary("views_t")
def what_views_of_t_say(answer, case):
    return _shares(OF_T, answer, case)


@summary("views_t_prime")
def what_views_of_t_prime_say(answer, case):
    return _shares(OF_T_PRIME, answer, case)


@task("3.1", share=0.15)
@probe("views_t")
def test_views_of_t_are_normalised_tensors(answer, expected, case):
    _assert_normalised(answer, expected, case)


@task("3.1", share=0.2)
@probe("views_t")
def test_crops_of_t_have_the_sizes_of_the_paper(answer, case, settings):
    _assert_usual(CROP, answer, case, settings, "t_whole")


@task("3.1", share=0.05)
@probe("views_t")
def test_t_mirrors_every_other_picture(answer, case, settings):
    _assert_usual(FLIP, answer, case, settings, "t_whole")


@task("3.1", share=0.3)
@probe("views_t")
def test_the_jitter_of_t_is_that_of_the_paper(answer, case, settings):
    _assert_usual(JITTER, answer, case, settings, "t_whole")


@task("3.1", share=0.1)
@probe("views_t")
def test_t_makes_one_picture_in_five_grey(answer, case, settings):
    _assert_usual(GREY, answer, case, settings, "t_quick")


@task("3.1", share=0.1)
@probe("views_t")
def test_t_always_blurs(answer, case, settings):
    _assert_usual(BLURRED | SIGMAS, answer, case, settings, "t_whole")


@task("3.1", share=0.1)
@probe("views_t")
def test_t_never_solarises(answer, case, settings):
    _assert_usual(SOLARISED, answer, case, settings, "t_quick")


@task("3.2", share=0.2)
@probe("views_t_prime")
def test_t_prime_does_the_rest_as_t(answer, expected, case, settings):
    _assert_normalised(answer, expected, case)
    _assert_usual(CROP | FLIP | JITTER, answer, case, settings, "t_prime_whole")
    _assert_usual(GREY, answer, case, settings, "t_prime_quick")


@task("3.2", share=0.4)
@probe("views_t_prime")
def test_t_prime_blurs_one_picture_in_ten(answer, case, settings):
    _assert_usual(BLURRED, answer, case, settings, "t_prime_quick")


@task("3.2", share=0.4)
@probe("views_t_prime")
def test_t_prime_solarises_one_picture_in_five(answer, case, settings):
    _assert_usual(SOLARISED, answer, case, settings, "t_prime_quick")


def _shares(groups, answer, case):
    """How often everything happens that is judged, and whether views are normalised."""
    said = {}
    for group, events in groups.items():
        views = views_of(answer, case, group)
        for event in events:
            found = event(views)
            if found.size:
                never = event in NO_STEP
                said[f"{group}_{event.__name__}"] = (
                    str(_happens(found)) if never else Estimate.of_share(found)
                )
        off = np.abs(views.raw - (views.colour - MEAN) / STD).max()
        said[f"{group}_normalised"] = "yes" if off < 0.05 else "no"
    return said


def _assert_normalised(answer, expected, case):
    hint = "PIL image -> ToTensor, with values from 0 to 1, then Normalize(MEAN, STD): float (3, SIZE, SIZE)."
    assert_close(answer["shape"], expected["shape"], hint=hint)
    views = views_of(answer, case, "whole")
    assert_shown(views)
    assert_close(views.raw, (views.colour - MEAN) / STD, rtol=1e-2, atol=1e-2, hint=hint)
    plain = np.median(views.colour / views.own_colour)
    assert_that(0.8 < plain < 1.25, hint, f"the views are {plain:.2f} times as light as their pictures.")


def _assert_usual(events, answer, case, settings, name):
    """Each event is as frequent as in views by the reference; without a share in the settings it never
    happens.
    """
    views = views_of(answer, case, name.rpartition("_")[2])
    assert_shown(views)
    for event, hint in events.items():
        found = event(views)
        share, count = settings.get(f"{name}_{event.__name__}", 0.0), int(found.sum())
        wrong = far_from(share, count, len(found), REJECT) if share else _happens(found)
        assert_that(not wrong, hint, f"{count} of {len(found)} views, expected a share of {share:.2f}.")


def _happens(found):
    """More often than what a view that shows little may look like."""
    return bool(found.sum() > max(1, NEVER * len(found)))
