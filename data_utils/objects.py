"""Drawn pictures of coloured objects, in place of STL-10 where it is not at hand.

A picture is one object of one of ten shapes, of some size, slightly turned, before a ground. As in
photographs, where ships are mostly at sea, the rest tells something, too: each of five paints belongs to
two shapes, each of five grounds is the usual one of two shapes and seen in three pictures of four. The
light changes from picture to picture, in strength, in colour, and in how much colour it leaves. Everything
follows from the numbers of the part and of the picture.
"""

from colorsys import hsv_to_rgb

import numpy as np
from numpy.typing import NDArray

SIZE = 96  # pixels, height and width, as in STL-10
SHAPES = ("disc", "ring", "crescent", "square", "bar", "triangle", "star", "cross", "heart", "flower")
PARTS = {"train": 1_000, "test": 1_000, "unlabeled": 2_000}  # pictures in each, classes taking turns
_USUAL = 3 / 4  # share of pictures with the usual ground of their shape

Plane = NDArray[np.float64]


def draw_part(part: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """All pictures (N, 3, 96, 96) of a part, and the numbers of their shapes (N,)."""
    labels = (np.arange(PARTS[part]) % len(SHAPES)).astype(np.uint8)
    return np.stack([draw_object(part, index) for index in range(len(labels))]), labels


def draw_object(part: str, index: int) -> NDArray[np.uint8]:
    """Picture (3, 96, 96) number `index` of a part: its shape is `SHAPES[index % 10]`."""
    rng = np.random.default_rng([list(PARTS).index(part), index])
    shape = index % len(SHAPES)
    kind = shape // 2 if rng.random() < _USUAL else int(rng.integers(5))
    own, dark, light = _colours(shape % 5, kind, rng)
    ground = _ground(kind, rng)[..., None]
    size = rng.uniform(0.32, 0.46)  # radius, in units of the picture
    middle = rng.uniform(size, 1 - size, 2)
    cover, shade = _object(SHAPES[shape], size, middle, rng)
    picture = dark * (1 - ground) + light * ground
    picture = picture * (1 - cover[..., None]) + own * shade[..., None] * cover[..., None]
    picture = picture + rng.normal(0, 0.02, picture.shape)
    pixels: NDArray[np.uint8] = (picture.clip(0, 1) * 255).round().astype(np.uint8)
    return pixels.transpose(2, 0, 1)


def _colours(paint: int, kind: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Colours (3, 3) of the object and of the ground's two parts, in the light of the picture."""
    colours = np.array(
        [
            hsv_to_rgb(paint / 5 + rng.normal(0, 0.02), 0.8, 0.9),
            hsv_to_rgb(kind / 5 + 0.1 + rng.normal(0, 0.02), 0.6, 0.35),
            hsv_to_rgb(kind / 5 + 0.2 + rng.normal(0, 0.02), 0.5, 0.75),
        ]
    )
    grey = colours.mean(axis=1, keepdims=True)
    colours = grey + (colours - grey) * rng.uniform(0.2, 1.2)
    tint = rng.uniform(0.7, 1.3, 3)
    lit: NDArray[np.float64] = colours * tint * rng.uniform(0.45, 1.25)
    return lit


def _grid() -> tuple[Plane, Plane]:
    """x and y (96, 96) of the middles of the pixels, in units of the picture."""
    places = (np.arange(SIZE) + 0.5) / SIZE
    return np.broadcast_to(places, (SIZE, SIZE)), np.broadcast_to(places[:, None], (SIZE, SIZE))


def _ground(kind: int, rng: np.random.Generator) -> Plane:
    """How much of the second colour there is (96, 96): stripes, checks, dots, clouds, or a slope."""
    x, y = _grid()
    angle, phase = rng.uniform(0, np.pi), rng.uniform(0, 1, 2)
    along, across = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    waves = rng.uniform(5, 9)
    height: Plane
    if kind == 0:
        height = 4 * np.sin(2 * np.pi * (waves * along + phase[0]))
    elif kind == 1:
        height = 8 * np.sin(np.pi * waves * along + phase[0]) * np.sin(np.pi * waves * across + phase[1])
    elif kind == 2:
        one, other = (
            np.cos(2 * np.pi * (waves * way + p)) for way, p in ((along, phase[0]), (across, phase[1]))
        )
        height = 4 * (one + other - 0.9)
    elif kind == 3:
        coarse = rng.normal(0, 1, (7, 7))
        steps = np.linspace(0, 6, SIZE)
        low = np.minimum(steps.astype(int), 5)
        part = (1 - np.cos(np.pi * (steps - low))) / 2
        rows = coarse[low] * (1 - part[:, None]) + coarse[low + 1] * part[:, None]
        height = rows[:, low] * (1 - part) + rows[:, low + 1] * part
    else:
        slope: Plane = (along - along.min()) / (along.max() - along.min())
        return slope
    share: Plane = 0.5 + 0.5 * np.tanh(height)
    return share


def _object(name: str, size: float, middle: Plane, rng: np.random.Generator) -> tuple[Plane, Plane]:
    """How much of each pixel the object covers (96, 96), and how light it is there."""
    x, y = _grid()
    turn = rng.normal(0, 0.25)
    dx, dy = (x - middle[0]) / size, (y - middle[1]) / size
    across, down = dx * np.cos(turn) + dy * np.sin(turn), dy * np.cos(turn) - dx * np.sin(turn)
    inside = _distance(name, across, down)  # positive within, in units of the radius
    cover = (inside * size * SIZE + 0.5).clip(0, 1)
    light = rng.uniform(0, 2 * np.pi)
    return cover, 1 + 0.15 * (np.cos(light) * across + np.sin(light) * down)


def _distance(name: str, x: Plane, y: Plane) -> Plane:
    """About how far inside the shape of radius 1 a point lies; below zero outside."""
    radius, angle = np.hypot(x, y), np.arctan2(x, -y)  # the angle from the top, clockwise
    turn = 2 * np.pi / 5
    within = np.abs((angle + turn / 2) % turn - turn / 2)  # from the nearest tip of five
    inside: Plane
    if name == "disc":
        inside = 0.9 - radius
    elif name == "ring":
        inside = 0.22 - np.abs(radius - 0.72)
    elif name == "crescent":
        inside = np.minimum(0.95 - radius, np.hypot(x - 0.45, y) - 0.75)
    elif name == "square":
        inside = 0.75 - np.maximum(np.abs(x), np.abs(y))
    elif name == "bar":
        inside = np.minimum(1 - np.abs(x), 0.32 - np.abs(y))
    elif name == "triangle":
        inside = np.minimum(0.55 - y, 0.5 + 0.5 * y - 0.866 * np.abs(x))
    elif name == "cross":
        arm = 0.26 - np.minimum(np.abs(x), np.abs(y))
        inside = np.minimum(arm, 0.95 - np.maximum(np.abs(x), np.abs(y)))
    elif name == "heart":
        lobes = 0.52 - np.hypot(np.abs(x) - 0.42, y + 0.3)
        tip = np.minimum(0.667 * (0.95 - y) - 0.745 * np.abs(x), y + 0.04)  # along the tangents of the lobes
        inside = np.maximum(lobes, tip)
    elif name == "star":
        notch = 0.42  # how far from the middle the edge comes between two tips
        edge = notch * np.sin(turn / 2) / (np.sin(within) + notch * np.sin(turn / 2 - within))
        inside = 0.75 * (edge - radius)
    else:
        inside = 0.75 * (0.72 + 0.25 * np.cos(5 * angle) - radius)
    return inside
