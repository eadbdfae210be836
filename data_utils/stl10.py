"""STL-10 (Coates, Ng, Lee 2011) in torchvision's layout, also where a part of it is missing.

torchvision's own class wants every file, `unlabeled_X.bin` of 2.6 GB among them, and their checksums. This
reader takes what is there: a part is one file of bytes, (N, 3, 96, 96), columns before rows, and one of
labels from 1 to 10. Where the unlabelled part is missing, the training images stand in for it, without
their labels. Where the whole set is missing, drawn objects do, written once in the same layout.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from torch.utils.data import Dataset

from data_utils.objects import PARTS, SHAPES, draw_part
from data_utils.places import DataError, cache_dir, data_roots

Source = Literal["stl10", "objects"]
Split = Literal["train", "test", "unlabeled"]

SIZE = 96  # pixels, height and width
CLASSES = ("airplane", "bird", "car", "cat", "deer", "dog", "horse", "monkey", "ship", "truck")
NO_LABEL = -1
_FOLDER = "stl10_binary"
_FORMAT = "v1"  # of the drawn objects: raise it where their content changes
_MEND = "Unpack STL-10 again."


@dataclass(frozen=True)
class STL10Folder:
    """Where STL-10 is: `root` is the folder above `stl10_binary`."""

    root: Path
    source: Source

    def __str__(self) -> str:
        if self.source == "objects":
            return "STL-10: not found, drawn objects stand in (set COURSE_DATA to the folder of stl10_binary)"
        stands_in = (
            "" if self.has("unlabeled") else "; without its unlabelled part, for which `train` stands in"
        )
        return f"STL-10: the real set in {self.root}{stands_in}"

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the ten classes, by label."""
        return CLASSES if self.source == "stl10" else SHAPES

    def has(self, split: Split) -> bool:
        """Whether the images of this part are there."""
        return self.path(f"{split}_X").exists()

    def path(self, name: str) -> Path:
        """The file `name.bin`."""
        return self.root / _FOLDER / f"{name}.bin"


def find_stl10(data_dir: str | os.PathLike[str] | None = None) -> STL10Folder:
    """The folder of STL-10: in `data_dir`, that of `COURSE_DATA` or the cache, else of the drawn objects."""
    for root in data_roots(data_dir):
        if (root / _FOLDER / "train_X.bin").exists():
            return STL10Folder(root, "stl10")
    drawn = STL10Folder(cache_dir() / f"objects-{_FORMAT}", "objects")
    for part in PARTS:
        if not drawn.has(part):  # type: ignore[arg-type]
            images, labels = draw_part(part)
            write_part(drawn.root, part, images, None if part == "unlabeled" else labels)
    return drawn


def read_part(folder: STL10Folder, split: Split) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Images (N, 3, 96, 96), mapped into memory, and labels (N,) from 0 to 9, or -1 where there are none.

    Where the unlabelled part is missing, these are the training images, without their labels.

    Raises:
        DataError: a file is missing or cut off, or the labels are not those of the images.
    """
    stands_in = split == "unlabeled" and not folder.has(split)
    path = folder.path("train_X" if stands_in else f"{split}_X")
    if not path.exists():
        raise DataError(f"{path} is missing. {_MEND}")
    pixels = np.memmap(path, dtype=np.uint8, mode="r")
    if pixels.size % (3 * SIZE * SIZE):
        raise DataError(f"{path} is cut off: {pixels.size} bytes are no whole number of images. {_MEND}")
    images = pixels.reshape(-1, 3, SIZE, SIZE).transpose(0, 1, 3, 2)
    if split == "unlabeled":
        return images, np.full(len(images), NO_LABEL)
    path = folder.path(f"{split}_y")
    labels = (
        np.fromfile(path, dtype=np.uint8).astype(np.int64) - 1 if path.exists() else np.zeros(0, np.int64)
    )
    if len(labels) != len(images) or labels.min(initial=0) < 0 or labels.max(initial=0) >= len(CLASSES):
        raise DataError(f"{path} does not hold the labels, 1 to 10, of {len(images)} images. {_MEND}")
    return images, labels


def write_part(
    root: Path, split: str, images: NDArray[np.uint8], labels: NDArray[np.integer[Any]] | None = None
) -> None:
    """Write images (N, 3, 96, 96) and labels (N,) from 0 to 9 under `root/stl10_binary` as the set's own
    files.
    """
    (root / _FOLDER).mkdir(parents=True, exist_ok=True)
    files: dict[str, NDArray[Any]] = {f"{split}_X": images.transpose(0, 1, 3, 2)}
    if labels is not None:
        files = {f"{split}_y": labels + 1, **files}  # the images last: they say that the part is there
    for name, values in files.items():
        unfinished = root / _FOLDER / f"{name}.{os.getpid()}.partial"
        unfinished.write_bytes(np.ascontiguousarray(values, dtype=np.uint8).tobytes())
        unfinished.replace(root / _FOLDER / f"{name}.bin")


class STL10(Dataset[tuple[Any, int]]):
    """One part of STL-10, or of what stands in for it: pairs of an image and its label, -1 where it has none.

    Args:
        folder: from `find_stl10`. split: the part.
        transform: what to make of the PIL image (96 x 96, RGB); without it, items are PIL images.

    Raises:
        DataError: see `read_part`.
    """

    def __init__(
        self, folder: STL10Folder, split: Split, transform: Callable[[Image.Image], Any] | None = None
    ) -> None:
        self.images, self.labels = read_part(folder, split)
        self.transform = transform

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> tuple[Any, int]:
        image = Image.fromarray(np.ascontiguousarray(self.images[index].transpose(1, 2, 0)))
        return (self.transform(image) if self.transform else image), int(self.labels[index])
