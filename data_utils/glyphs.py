"""Drawn glyph alphabets: characters nobody has ever written, in place of Omniglot where it is not at hand.

A character is a few curved strokes; each of its drawings moves the control points a little, tilts,
stretches and shifts the whole, and takes another pen. Everything follows from the names alone, so every
machine draws the same images.
"""

import hashlib

import numpy as np
from numpy.typing import NDArray

SIZE = 28  # pixels, height and width
DRAWINGS = 20  # of each character, as in Omniglot

_ALPHABETS = {"background": 16, "evaluation": 10}  # alphabets in each part
_CHARACTERS = 12  # in each alphabet
_STROKES = 6  # that the letters of a script have in common


def character_names(part: str) -> list[str]:
    """Names such as `Glyphs_b03/character07`, ascending; 192 of them in `background`, 120 in `evaluation`."""
    return [
        f"Glyphs_{part[0]}{alphabet:02d}/character{character:02d}"
        for alphabet in range(1, _ALPHABETS[part] + 1)
        for character in range(1, _CHARACTERS + 1)
    ]


def draw_character(name: str, size: int = SIZE) -> NDArray[np.float32]:
    """The drawings (20, size, size) of one character, ink = 1, paper = 0."""
    character = _generator(name)
    strokes = int(character.integers(2, 5))
    # Control points of cubic Bezier curves (strokes, 4, 2) in the unit square; a stroke often starts
    # where the one before it ended, as handwriting does.
    controls = character.uniform(0.12, 0.88, (strokes, 4, 2))
    for later in range(1, strokes):
        if character.random() < 0.5:
            controls[later, 0] = controls[later - 1, -1]
    return np.stack(
        [_draw(controls, _generator(f"{name}/{number}"), size) for number in range(1, DRAWINGS + 1)]
    )


def draw_letter(name: str, size: int = SIZE) -> NDArray[np.float32]:
    """The drawings (20, size, size) of one letter of a *script*: harder to tell apart than `draw_character`.

    As in real scripts, the letters of an alphabet are made of the same strokes, each bent a little in its own
    way, and some letters are drawn with more care than others.
    """
    strokes = _generator(name.partition("/")[0]).uniform(0.1, 0.9, (_STROKES, 4, 2))
    letter = _generator(f"letter {name}")
    chosen = letter.choice(_STROKES, int(letter.integers(2, 5)), replace=False)
    controls = strokes[chosen] + letter.normal(0, 0.05, (len(chosen), 4, 2))
    sway = 0.045 * np.exp(letter.normal(0, 0.4))
    hands = (_generator(f"letter {name}/{number}") for number in range(1, DRAWINGS + 1))
    return np.stack([_draw(controls, hand, size, sway) for hand in hands])


def _draw(
    controls: NDArray[np.float64], hand: np.random.Generator, size: int, sway: float = 0.035
) -> NDArray[np.float32]:
    moved = controls + hand.normal(0, sway, controls.shape)
    angle, shear = hand.normal(0, 0.10), hand.normal(0, 0.10)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    frame = turn @ np.array([[hand.uniform(0.85, 1.1), shear], [0.0, hand.uniform(0.85, 1.1)]])
    moved = (moved - 0.5) @ frame.T + 0.5 + hand.normal(0, 0.025, 2)
    pen = hand.uniform(0.030, 0.050)  # half the width of a line, in units of the image

    t = np.linspace(0, 1, 32)[:, None]
    bernstein = np.hstack([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3])
    points = (bernstein @ moved).reshape(-1, 2)  # along all strokes
    centres = (np.arange(size) + 0.5) / size
    across = (centres[None, :] - points[:, :1]) ** 2  # (points, columns)
    down = (centres[None, :] - points[:, 1:]) ** 2  # (points, rows)
    distance: NDArray[np.float64] = np.sqrt((down[:, :, None] + across[:, None, :]).min(axis=0))
    return np.clip((pen - distance) * size + 0.5, 0, 1).astype(np.float32)


def _generator(name: str) -> np.random.Generator:
    return np.random.default_rng(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big"))
