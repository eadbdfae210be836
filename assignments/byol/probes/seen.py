"""Pictures that show each step of an augmentation, and what is seen of them in views.

A picture has one colour, whose brightness rises eight times like a saw from one side to the other, and eight
times from above to below. In whatever part of it one sees where the saw falls: how often, which way, and how
sharply.
"""

import torch
from torch import Tensor

SIDE = 256  # larger than any view of its parts, so that edges are sharp whatever interpolates
WAVES = 8
DEPTH = 9.6  # of a saw to either side of its middle, in steps of a byte


def picture(colour: Tensor, turns: Tensor) -> Tensor:
    """A picture (3, SIDE, SIDE) of bytes; `turns` says whether the saws rise (1) or fall (-1), across and
    down.
    """
    place = WAVES * (torch.arange(SIDE) + 0.5) / SIDE
    saw = DEPTH * (2 * (place % 1) - 1)
    times = 1 + (turns[0] * saw[None, :] + turns[1] * saw[:, None]) / colour.float().mean()
    return (colour.view(3, 1, 1) * times).round().clamp(0, 255).to(torch.uint8)


def seen(views: Tensor, mean: Tensor, std: Tensor) -> dict[str, Tensor]:
    """Of normalised views (N, 3, H, W), in values from 0 to 1: the mean colour (N, 3), the darkest and the
    lightest value (N,); and of both saws, (N, 2): whether they rise, their number, their height, the level
    of their middle, and how sharply they fall: 1 where it is in one step. Views of which no colour is
    below 0 were not normalised.
    """
    raw = views.mean(dim=(2, 3))
    if raw.amin() >= 0:
        mean, std = torch.zeros(3), torch.ones(3)
    grey = torch.einsum("nchw,c->nhw", views, std / 3) + mean.mean()
    saws = [_saw(grey.mean(dim=dim)) for dim in (1, 2)]
    both = {name: torch.stack([saw[name] for saw in saws], dim=1) for name in saws[0]}
    ends = {"low": grey.flatten(start_dim=1).amin(dim=1), "high": grey.flatten(start_dim=1).amax(dim=1)}
    return {"raw": raw, "colour": raw * std + mean, **ends, **both}


def _saw(profile: Tensor) -> dict[str, Tensor]:
    """The saw of profiles (N, L)."""
    steps = profile.diff(dim=1)
    turn = -steps.pow(3).sum(dim=1).sign()
    slope = ((profile[:, 3:] - profile[:, :-3]) * turn[:, None] / 3).median(dim=1).values
    fall = slope[:, None] - steps * turn[:, None]  # 0 where the saw rises
    count, period = _falls(fall)
    high, low = profile.amax(dim=1), profile.amin(dim=1)
    height = torch.maximum(slope * period, high - low)
    sharp = fall.square().sum(dim=1) / (count * height.square()).clamp(min=1e-9)
    waves = profile.shape[1] / period
    return {"turn": turn, "waves": waves, "height": height, "middle": (high + low) / 2, "sharp": sharp}


def _falls(fall: Tensor) -> tuple[Tensor, Tensor]:
    """How often it falls, and the mean distance of the places: more than all, where there are not two."""
    before, at, after = fall[:, :-2], fall[:, 1:-1], fall[:, 2:]
    peak = (at >= before) & (at > after) & (at > 0.5 * fall.amax(dim=1, keepdim=True))
    weights = torch.stack([before, at, after]).clamp(min=0)
    shift = (weights[2] - weights[0]) / weights.sum(dim=0).clamp(min=1e-6)
    place = torch.arange(1, fall.shape[1] - 1) + shift
    first = torch.where(peak, place, torch.inf).amin(dim=1)
    last = torch.where(peak, place, -torch.inf).amax(dim=1)
    count = peak.sum(dim=1)
    period = torch.where(count > 1, (last - first) / (count - 1).clamp(min=1), fall.shape[1] + 1.0)
    return count, period
