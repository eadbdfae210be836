"""Task 3: the pairs."""

import random
import tempfile
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch
from PIL import Image
from torch.nn import functional as F

from .observing import parts_of, plain

ITEMS = 12  # looked at closely


def item(ns, case):
    """What items are, in which mode the transform gets their pictures, and an item without a transform."""
    modes = set()

    def transform(picture):
        modes.add(getattr(picture, "mode", type(picture).__name__))
        return _grey(picture)

    with _folder(case) as given:
        data = ns["SiameseNetworkDataset"](given, transform=transform)
        length = len(data)
        drawn = [parts_of(data[number % max(length, 1)]) for number in range(ITEMS)]
        without = parts_of(ns["SiameseNetworkDataset"](given)[0])
    observed = {"length": length, "parts": len(drawn[0]), "modes": " ".join(sorted(modes))}
    if observed["parts"] == 3:
        pictures = [plain(picture) for *both, _ in drawn for picture in both]
        shapes = [picture if isinstance(picture, str) else str(tuple(picture.shape)) for picture in pictures]
        label = drawn[0][2]
        observed["shapes"] = " and ".join(sorted(set(shapes)))
        if len(set(shapes)) == 1 and not isinstance(pictures[0], str):
            observed["pictures"] = torch.stack([torch.as_tensor(picture).float() for picture in pictures])
        observed["label_shape"] = str(tuple(np.shape(plain(label))))
        observed["label_type"] = str(label.dtype) if torch.is_tensor(label) else type(label).__name__
    return observed | {"without_transform": len(without)}


def pairs(ns, case):
    """What the pictures of `draws` pairs look like, (draws, 2, 4, 4), and their labels.

    The indices are drawn as the training does. Where the pairs were drawn beforehand, the data set is made
    anew once it has been seen through.
    """
    shown, labels, indices = [], [], random.Random(case["draws"])
    with _folder(case) as given:
        data = ns["SiameseNetworkDataset"](given, transform=_grey)
        beforehand = _always_the_same(data)
        while len(labels) < case["draws"]:
            length = _length(data, len(given))
            for number in indices.sample(range(length), min(length, case["draws"] - len(labels))):
                parts = parts_of(data[number])
                if len(parts) != 3:
                    return {"parts": len(parts)}
                shown.append(torch.stack([_look(picture) for picture in parts[:2]]))
                labels.append(_number(parts[2]))
            if beforehand:
                data = ns["SiameseNetworkDataset"](given, transform=_grey)
    return {"parts": 3, "shown": torch.stack(shown), "label": torch.tensor(labels)}


def _always_the_same(data):
    """Whether an index always gives the same pair."""
    looks = [torch.cat([_look(picture) for picture in parts_of(data[0])[:2]]) for _ in range(6)]
    return all(torch.equal(look, looks[0]) for look in looks)


def _length(data, otherwise):
    """How many pairs there are; `otherwise` where that cannot be said, which `item` looks at."""
    try:
        return max(len(data), 1)
    except Exception:
        return otherwise


def _number(label):
    """A label of any kind as a number; NaN where it is none."""
    values = plain(label)
    values = torch.as_tensor(float("nan") if isinstance(values, str) else values)
    return float(values) if values.numel() == 1 else float("nan")


def _look(picture):
    """The means of 4 x 4 fields of a picture of any size; zeros where it is none."""
    values = _grey(picture) if isinstance(picture, Image.Image) else plain(picture)
    if isinstance(values, str) or values.ndim not in (2, 3):
        return torch.zeros(4, 4)
    values = torch.as_tensor(values).float()
    return F.adaptive_avg_pool2d(values.view(-1, *values.shape[-2:]).mean(dim=0, keepdim=True)[None], 4)[0, 0]


def _grey(picture):
    """A picture in any mode as (1, height, width), grey."""
    grey = picture.convert("L") if isinstance(picture, Image.Image) else picture
    return torch.from_numpy(np.array(grey, dtype=np.float32) / 255)[None]


class _Folder(SimpleNamespace):
    """What torchvision's `ImageFolder` is: `.imgs` and more, and a list of (coloured picture, person)."""

    def __len__(self):
        return len(self.imgs)

    def __getitem__(self, number):
        path, person = self.imgs[number]
        with Image.open(path) as picture:
            return picture.convert("RGB"), person


@contextmanager
def _folder(case):
    """The coloured pictures of the case, a folder for each person, while they are needed."""
    people, names = case["people"].tolist(), case["names"]
    with tempfile.TemporaryDirectory(dir=".") as root:  # the one place that the sandbox lets write
        imgs = []
        for number, (pixels, person) in enumerate(zip(case["pictures"], people, strict=True)):
            path = Path(root, names[person], f"{number - people.index(person) + 1}.png")
            path.parent.mkdir(exist_ok=True)
            Image.fromarray(pixels.numpy()).save(path)
            imgs.append((str(path), person))
        numbers = {name: number for number, name in enumerate(names)}
        yield _Folder(imgs=imgs, samples=imgs, targets=people, classes=names, class_to_idx=numbers, root=root)
