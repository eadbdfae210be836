"""What happens to a drawing before the network sees it.

Each is called with a PIL image, grey, as torchvision's transforms are.
"""

import random
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

SIZE = 32  # pixels, height and width
PAPER = 255  # white, in bytes
MAX_ANGLE = 30  # degrees
TURNED = 0.1  # the share of training images that are turned at all
MEAN, STD = 0.5, 0.5  # bytes 0 to 255 become -1 to 1


def prepare(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """To 32 x 32: the longer side is scaled, the shorter padded with paper, half on either side.

    A pixel is the mean of the area that it covers, so that thin lines do not fall between pixels.

    Args:
        image: (H, W), paper 255, ink 0.
    """
    longer = max(image.shape)
    height, width = (max(1, round(side * SIZE / longer)) for side in image.shape)
    scaled = np.rint(_areas(image.shape[0], height) @ image @ _areas(image.shape[1], width).T)
    fitted = np.full((SIZE, SIZE), PAPER, dtype=np.uint8)
    top, left = (SIZE - height) // 2, (SIZE - width) // 2
    fitted[top : top + height, left : left + width] = scaled
    return fitted


@cache
def _areas(pixels: int, fewer: int) -> NDArray[np.float64]:
    """(fewer, pixels): the share that each of `pixels` has in each of `fewer`; rows sum to one."""
    edges, at = np.linspace(0, pixels, fewer + 1), np.arange(pixels)
    ends = np.minimum(at + 1, edges[1:, None]) - np.maximum(at, edges[:-1, None])
    return ends.clip(0) * fewer / pixels


@dataclass(frozen=True)
class Normalise:
    """A drawing (32, 32) to a tensor (1, 32, 32) from -1, ink, to 1, paper."""

    def __call__(self, image: Image.Image) -> Tensor:
        pixels = torch.from_numpy(np.array(image, dtype=np.float32))[None]
        return (pixels / 255 - MEAN) / STD


@dataclass(frozen=True)
class TurnAndNormalise(Normalise):
    """For one image in ten a random turn by up to 30 degrees to either side, then as for validation."""

    chance: random.Random

    def __call__(self, image: Image.Image) -> Tensor:
        if self.chance.random() < TURNED:
            angle = self.chance.uniform(-MAX_ANGLE, MAX_ANGLE)
            image = image.rotate(angle, Image.Resampling.BILINEAR, fillcolor=PAPER)
        return super().__call__(image)


def training_transform(seed: int | None = None) -> TurnAndNormalise:
    """What training sees; `seed` makes the turns repeatable."""
    return TurnAndNormalise(random.Random(seed))


def validation_transform() -> Normalise:
    """What validation sees: nothing is turned."""
    return Normalise()
