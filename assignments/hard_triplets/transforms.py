"""What happens to a drawing before the network sees it, by albumentations.

Albumentations takes some seconds to import, so each function does it for itself.
"""

import os
from typing import Any

SIZE = 32  # pixels, height and width
PAPER = 255  # white, in bytes
MAX_ANGLE = 30  # degrees
TURNED = 0.1  # the share of training images that are turned at all
MEAN, STD = 0.5, 0.5  # bytes 0 to 255 become -1 to 1


def prepare() -> Any:
    """To 32 x 32: the longer side is scaled, the shorter padded with paper. Bytes (H, W, 1) stay bytes."""
    import cv2

    A = _albumentations()
    return A.Compose(
        [
            A.LongestMaxSize(SIZE, interpolation=cv2.INTER_AREA),  # thin lines do not fall between pixels
            A.PadIfNeeded(SIZE, SIZE, fill=PAPER),
        ]
    )


def training_transform(seed: int | None = None) -> Any:
    """For one image in ten a random turn by up to 30 degrees to either side, then as for validation.

    `seed` makes the turns repeatable.
    """
    A = _albumentations()
    turn = A.Rotate(MAX_ANGLE, fill=PAPER, p=TURNED)
    return A.Compose([turn, *_to_tensor(A)], seed=seed)


def validation_transform() -> Any:
    """Bytes (32, 32, 1) to a tensor (1, 32, 32) from -1, ink, to 1, paper."""
    A = _albumentations()
    return A.Compose(_to_tensor(A))


def _to_tensor(A: Any) -> list[Any]:
    return [A.Normalize((MEAN,), (STD,)), A.ToTensorV2()]


def _albumentations() -> Any:
    os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")  # else it asks the network for its newest version
    import albumentations

    return albumentations
