"""Drawings of characters as data sets: one to learn from, one of queries and a gallery to be judged on."""

import math
import os
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.utils.data import Dataset
from tqdm.auto import tqdm
from transforms import prepare

Transform = Callable[..., Any]


def read_images(images: Sequence[str | os.PathLike[str]]) -> NDArray[np.uint8]:
    """Read files into memory, grey and 32 x 32: (N, 32, 32, 1), paper 255, ink 0."""
    read = []
    for path in tqdm(images, desc="Reading drawings", unit="image", leave=False):
        with Image.open(path) as image:
            read.append(prepare(np.asarray(image.convert("L")))[..., None])
    return np.stack(read)


class OmniGlotMLDataset(Dataset):
    """Drawings with their class, to learn a metric from.

    Args:
        images: the files. They are read once, and stay in memory as bytes: 20 MB for all of Omniglot's
            training part.
        targets: the label of each.
        transform: of a PIL image to a tensor (1, 32, 32), such as those of `transforms.py` or one of
            torchvision's; or one of albumentations', which gets the bytes (32, 32, 1) by their name.
            Without it an item is the drawing as it is, bytes (32, 32, 1).
    """

    def __init__(
        self,
        images: Sequence[str | os.PathLike[str]],
        targets: Sequence[int],
        transform: Transform | None = None,
    ) -> None:
        if len(images) != len(targets):
            raise ValueError(f"{len(images)} images, but {len(targets)} targets.")
        self.images = read_images(images)
        self.targets = list(targets)
        self.transform = transform

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        return self._features(index), self.targets[index]

    def __len__(self) -> int:
        return len(self.images)

    def get_labels(self) -> list[int]:
        """The label of each drawing, in order: what a batch sampler needs to know."""
        return self.targets

    def _features(self, index: int) -> Tensor:
        image = self.images[index]
        if self.transform is None:
            return torch.from_numpy(image)
        if type(self.transform).__module__.startswith("albumentations"):
            return torch.as_tensor(self.transform(image=image)["image"])
        return torch.as_tensor(self.transform(Image.fromarray(image[..., 0])))


class OmniGlotQGDataset(OmniGlotMLDataset):
    """Drawings as queries and a gallery: which gallery drawings are nearest to a query?

    An item is a dictionary of `features` (1, 32, 32), `targets` (a label) and `is_query` (a boolean).

    Args:
        images, targets, transform: as for `OmniGlotMLDataset`.
        gallery_fraq: the share of each class, rounded up, that becomes **queries**; the rest is the gallery.
            The name says the opposite of what it does, and is kept since existing code uses it.

    The first drawings of a class are its queries: in Omniglot, those of its first drawers.
    """

    def __init__(
        self,
        images: Sequence[str | os.PathLike[str]],
        targets: Sequence[int],
        transform: Transform | None = None,
        gallery_fraq: float = 0.2,
    ) -> None:
        super().__init__(images, targets, transform)
        of_class: dict[int, list[int]] = {}
        for index, label in enumerate(self.targets):
            of_class.setdefault(label, []).append(index)
        self.is_query = [False] * len(self.targets)
        for indices in of_class.values():
            for index in indices[: math.ceil(gallery_fraq * len(indices))]:
                self.is_query[index] = True

    def __getitem__(self, index: int) -> dict[str, Any]:  # type: ignore[override]
        return {
            "features": self._features(index),
            "targets": self.targets[index],
            "is_query": self.is_query[index],
        }

    @property
    def query_size(self) -> int:
        """How many drawings are queries."""
        return sum(self.is_query)

    @property
    def gallery_size(self) -> int:
        """How many drawings are in the gallery."""
        return len(self) - self.query_size
