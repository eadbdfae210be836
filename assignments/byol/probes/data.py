"""Part 1: the three loaders."""

import tempfile
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from data_utils.stl10 import STL10Folder, write_part

from .tools import in_this_process


def loaders(ns, case):
    """What the three loaders yield: pictures, their labels, sizes of batches; and the first batch again."""
    observed = {}
    with tempfile.TemporaryDirectory(dir=".") as root, in_this_process():
        first = 0
        for split in ("train", "test", "unlabeled"):
            labels = case[f"{split}_labels"]
            if len(labels):
                images = _plain_images(first, len(labels), case["colours"])
                write_part(Path(root), split, images, None if split == "unlabeled" else labels.numpy())
            first += len(labels)
        folder = STL10Folder(Path(root), "objects")
        for split, loader in ns["make_loaders"](folder).items():
            batches = [(images[:, :, 40, 50], images[:, :, 40, 0], labels) for images, labels in loader]
            observed[f"{split}_sizes"] = torch.tensor([len(values) for values, _, _ in batches])
            observed[f"{split}_values"] = torch.cat([values for values, _, _ in batches])
            observed[f"{split}_left"] = torch.cat([left for _, left, _ in batches])
            observed[f"{split}_labels"] = torch.cat([labels for _, _, labels in batches])
            again, _ = next(iter(loader))
            observed[f"{split}_again"] = again[:, :, 40, 50]
            observed[f"{split}_shape"] = torch.tensor(again.shape[1:])
        small = ns["make_loaders"](folder, batch_size=case["batch_size"])
        observed["small_batch"] = len(next(iter(small["test"]))[0])
    return observed


def _plain_images(first: int, count: int, colours: Tensor) -> np.ndarray:
    """Pictures (count, 3, 96, 96) of one colour each; the number of a picture is its red and its green."""
    numbers = np.arange(first, first + count)
    values = np.stack([numbers % 16 * 16 + 7, numbers // 16 * 6 + 5, np.full(count, int(colours[0]))], axis=1)
    images = np.broadcast_to(values[:, :, None, None], (count, 3, 96, 96)).astype(np.uint8)
    images[:, :, 0, :] = images[:, :, :, 0] = int(colours[1])  # a frame above and on the left
    return images
