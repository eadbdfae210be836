"""What happened to views, as their numbers tell. Trusted side.

An event is a function of views: whether something happened, for each view that shows it. Views of the `whole`
group went through all steps; for those of the `quick` group torchvision's jitter, in t its blur, too, did
nothing.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autograder.judging import assert_that

Array = NDArray[np.float64]
SAW = 19.2 / 255  # the height of a picture's saw
WAVES = 8


@dataclass(frozen=True)
class Views:
    """N views with values from 0 to 1, and what their pictures are: `own_colour` (N, 3) and `own_turn` (N,
    2).
    """

    colour: Array  # (N, 3)
    raw: Array  # (N, 3), not freed from the normalisation
    turn: Array  # (N, 2), across and down, as all that follow: 1 where the saw rises, -1 where it falls
    waves: Array
    height: Array
    middle: Array
    sharp: Array
    grey: Array  # (N,): 1, 0, or -1 where it does not show; and so the next three
    jittered: Array
    blurred: Array
    solarised: Array
    own_colour: Array
    own_turn: Array

    @property
    def base(self) -> Array:
        """The colour half-way up the saws, which are seen in part."""
        return self.colour - (self.colour.mean(axis=1, keepdims=True) - self.middle).sum(
            axis=1, keepdims=True
        )

    @property
    def brightness(self) -> Array:
        """How many times as light; by the lightness of HSL, which turning the hue keeps."""
        return _lightness(self.base) / _lightness(self.own_colour)

    @property
    def contrast(self) -> Array:
        """How many times as high the saws stand out."""
        return self.height.mean(axis=1) / SAW / self.brightness

    @property
    def saturation(self) -> Array:
        """How many times as much colour."""
        return np.ptp(self.base, axis=1) / np.ptp(self.own_colour, axis=1) / self.contrast / self.brightness

    @property
    def hue(self) -> Array:
        """How far the hue was turned, in turns, -0.5 to 0.5."""
        return (_hue(self.base) - _hue(self.own_colour) + 0.5) % 1 - 0.5

    @property
    def clear(self) -> NDArray[np.bool_]:
        """Which are not so blurred that the saws lose height."""
        return self.sharp.mean(axis=1) > 0.07 * self.waves.max(axis=1)

    @property
    def coloured(self) -> NDArray[np.bool_]:
        return self.grey == 0


def _lightness(colours: Array) -> Array:
    return np.maximum((colours.max(axis=1) + colours.min(axis=1)) / 2, 1e-6)


def _hue(colours: Array) -> Array:
    red, green, blue = colours.T
    return np.arctan2((green - blue) * math.sqrt(3) / 2, red - (green + blue) / 2) / (2 * math.pi)


def views_of(answer, case, group: str) -> Views:
    """The views of a group; a Mismatch where views are no tensors, or show other pictures."""
    hint = "From a PIL image to a float tensor (3, SIZE, SIZE)."
    wide = np.array_equal(answer.array("shape"), [3, 96, 96]) and answer.text("kind").startswith(
        "torch.float"
    )
    assert_that(wide, hint, "a view is no such tensor.")
    draws = answer.array(f"{group}_grey").size
    rows = np.arange(draws) % len(case[group]["turns"])
    widths = {"colour": (3,), "raw": (3,)} | dict.fromkeys(
        ("turn", "waves", "height", "middle", "sharp"), (2,)
    )
    names = (*widths, "grey", "jittered", "blurred", "solarised")
    found = {
        name: answer.array(f"{group}_{name}", (draws, *widths.get(name, ()))).astype(np.float64)
        for name in names
    }
    finite = all(np.isfinite(values).all() for values in found.values())
    assert_that(finite and draws >= case[group]["least"], hint, "some values are not finite.")
    own = case[group]["colours"].numpy()[rows] / 255, case[group]["turns"].numpy()[rows]
    return Views(**found, own_colour=own[0], own_turn=own[1])


def assert_shown(views: Views) -> None:
    """The views are views of the case's pictures: lighter ones of lighter pictures, of their colours."""
    hint = "A view shows a part of the picture that it was made from."
    own = np.log(_lightness(views.own_colour))
    found = np.log(_lightness(np.clip(views.base, 1e-3, None)))
    slope = ((own - own.mean()) * (found - found.mean())).sum() / ((own - own.mean()) ** 2).sum()
    tints, wanted = (c - c.mean(axis=1, keepdims=True) for c in (views.base, views.own_colour))
    lengths = np.linalg.norm(tints, axis=1) * np.linalg.norm(wanted, axis=1)
    alike = ((tints * wanted).sum(axis=1) / np.maximum(lengths, 1e-9))[views.coloured]
    assert_that(0.4 < slope < 1.6, hint, "the views are as light whatever the picture.")
    assert_that(len(alike) < 20 or alike.mean() > 0.3, hint, "the views have not the pictures' colours.")


# events


def grey(views: Views):
    return views.grey[views.grey >= 0] == 1


def blurred(views: Views):
    return views.blurred[views.blurred >= 0] == 1


def strongly_blurred(views: Views):
    return views.sharp.mean(axis=1) < 0.25


def solarised(views: Views):
    return views.solarised[views.solarised >= 0] == 1


def turned_below_half(views: Views):
    """What is darker than half of the range was turned: then it is lighter."""
    below = views.own_colour.mean(axis=1) < 0.5
    return (views.turn != views.own_turn)[below, 1] & (views.colour.mean(axis=1) > 0.505)[below]


def mirrored(views: Views):
    dark = views.own_colour.mean(axis=1) < 0.3
    return (views.turn != views.own_turn)[dark, 0]


def upside_down(views: Views):
    dark = views.own_colour.mean(axis=1) < 0.3
    return (views.turn != views.own_turn)[dark, 1]


def small(views: Views):
    return views.waves.prod(axis=1) / WAVES**2 < 0.2


def large(views: Views):
    return views.waves.prod(axis=1) / WAVES**2 > 0.7


def tiny(views: Views):
    return views.waves.prod(axis=1) / WAVES**2 < 0.076


def wide(views: Views):
    return _log_ratio(views) > 0.15


def high(views: Views):
    return _log_ratio(views) < -0.15


def slim(views: Views):
    return np.abs(_log_ratio(views))[views.clear] > 0.33  # a strong blur of PIL's hides a wave now and then


def _log_ratio(views: Views):
    """Of the part of the picture that is seen: width to height."""
    return np.log(np.maximum(views.waves[:, 0], 0.1) / np.maximum(views.waves[:, 1], 0.1))


def jittered(views: Views):
    return views.jittered[views.jittered >= 0] == 1


def far_in_brightness(views: Views):
    return np.abs(views.brightness - 1) > 0.2


def beyond_brightness(views: Views):
    return np.abs(views.brightness - 1) > 0.55


def far_in_contrast(views: Views):
    return np.abs(views.contrast - 1)[views.clear] > 0.2


def beyond_contrast(views: Views):
    return views.contrast[views.clear] > 1.7


def far_in_saturation(views: Views):
    return np.abs(views.saturation - 1)[views.clear & views.coloured] > 0.12


def beyond_saturation(views: Views):
    return np.abs(views.saturation - 1)[views.clear & views.coloured] > 0.4


def far_in_hue(views: Views):
    return np.abs(views.hue)[views.coloured] > 0.05


def beyond_hue(views: Views):
    return np.abs(views.hue)[views.coloured] > 0.125
