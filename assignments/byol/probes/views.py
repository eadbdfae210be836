"""Part 3: views of made-up pictures, as many as it takes to know how often each step acts."""

import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from .seen import picture, seen

BLURRED = 0.49  # how sharply a saw falls at most, if a blur of more than half a pixel is at work
BRIGHT = 150  # steps of a byte: solarisation turns all of a picture of a lighter colour
DARK = 80  # no step turns that of a darker one
STEP = 64
ACCEPT, REJECT = 6.4, 11.5  # logarithms of how much likelier one share is than another
SLOW = ("adjust_brightness", "adjust_contrast", "adjust_saturation", "adjust_hue")
WHERE = ("torchvision.transforms.functional", "torchvision.transforms.v2.functional")
BLUR = ("gaussian_blur",)


def views_t(ns, case):
    """Views by augmentation_t, each summed up in a few numbers."""
    return _views(ns["augmentation_t"], case, (*SLOW, *BLUR))


def views_t_prime(ns, case):
    """The same by augmentation_t_prime."""
    return _views(ns["augmentation_t_prime"], case, SLOW)


def _views(augment, case, slow):
    """Views of two groups of pictures, `whole_` and `quick_`. Draws go on until the case's shares are told
    from others: some take a thousand views, so for the quick ones torchvision's `slow` steps, which these
    are not about, do nothing.
    """
    first = augment(_images(case["whole"])[0])
    observed = {"shape": torch.tensor(np.shape(first)), "kind": str(getattr(first, "dtype", "none"))}
    if torch.is_tensor(first) and first.shape == (3, 96, 96):
        observed |= {f"whole_{name}": values for name, values in _drawn(augment, case, case["whole"]).items()}
        with _doing_nothing(slow):
            quick = _drawn(augment, case, case["quick"])
        observed |= {f"quick_{name}": values for name, values in quick.items()}
    return observed


def _drawn(augment, case, group) -> dict[str, Tensor]:
    images, parts, told = _images(group), [], False
    while not told and len(parts) * STEP < group["most"]:
        rows = torch.arange(len(parts) * STEP, (len(parts) + 1) * STEP) % len(images)
        views = torch.stack([augment(images[row]) for row in rows]).float()
        found = seen(views, case["mean"].float(), case["std"].float())
        parts.append(found | _events(found, group["colours"][rows], group["turns"][rows]))
        drawn = {name: torch.cat([part[name] for part in parts]) for name in parts[0]}
        told = len(parts) * STEP >= group["least"] and all(
            _told(drawn[name], share) for name, share in group["shares"].items()
        )
    return drawn


def _images(group) -> list[Image.Image]:
    pairs = zip(group["colours"], group["turns"], strict=True)
    return [Image.fromarray(picture(*pair).permute(1, 2, 0).contiguous().numpy()) for pair in pairs]


@contextmanager
def _doing_nothing(names) -> Iterator[None]:
    """These functions of torchvision give back the picture that they get."""
    modules = [sys.modules[name] for name in WHERE if name in sys.modules]
    plain = [(module, name, getattr(module, name)) for module in modules for name in names]
    for module, name, _ in plain:
        setattr(module, name, lambda image, *args, **kwargs: image)
    try:
        yield
    finally:
        for module, name, function in plain:
            setattr(module, name, function)


def _events(found: dict[str, Tensor], colours: Tensor, turns: Tensor) -> dict[str, Tensor]:
    """Which views of pictures of these colours are grey, jittered, blurred and solarised: 1, 0, or -1 where
    that does not show.

    Solarised is what is turned upside down in brightness: the saw from above to below, which nothing else
    turns. Where all of it lies beyond an end, it is white or black.
    """
    low, high = found["low"], found["high"]
    turned = torch.where(low > 0.99, 0, torch.where(high < 0.01, 1, (found["turn"] != turns)[:, 1].long()))
    shows = (low > 0.01) & (high < 0.99) & ((high < 0.495) | (low > 0.505))
    soft = (found["sharp"].mean(dim=1) < BLURRED).long()
    middle = (found["colour"].mean(dim=1, keepdim=True) - found["middle"]).sum(
        dim=1
    )  # of its saws, seen in part
    kept = (255 * (found["colour"] - middle[:, None]) - colours).abs().amax(dim=1) < 2.5
    grey = found["colour"].amax(dim=1) - found["colour"].amin(dim=1) < 0.002
    coloured = (low > 0.01) & (high < 0.99)
    return {
        "grey": torch.where(coloured, grey.long(), -1),
        "mirrored": torch.where(
            colours.float().mean(dim=1) < DARK, (found["turn"] != turns)[:, 0].long(), -1
        ),
        "jittered": torch.where(shows & ~grey, (~kept).long(), -1),
        "blurred": torch.where(shows, soft, -1),
        "solarised": torch.where(colours.float().mean(dim=1) > BRIGHT, turned, -1),
    }


def _told(flags: Tensor, share: float) -> bool:
    """Whether the share of those that show is told from one and a half times as much, and from that much
    less.
    """
    count, draws = int((flags == 1).sum()), int((flags >= 0).sum())
    for rival in (share / 1.5, min(1.5 * share, (1 + share) / 2)):
        ratio = count * math.log(rival / share) + (draws - count) * math.log((1 - rival) / (1 - share))
        if -ACCEPT < ratio < REJECT:
            return False
    return True
