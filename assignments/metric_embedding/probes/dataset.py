"""1 and 3e: the data set, built on a small folder of real digits in MNIST's own format."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from torch import Tensor

from data_utils.mnist import write_mnist
from data_utils.patience import not_for_long

FIRST = 100  # draws of an anchor that are kept in their order
FORMS = {
    "train": "(anchor, positive, negative, target)",
    "traineval": "(anchor, target)",
    "test": "(anchor, target)",
}


def positives(ns, case):
    """How often each image was drawn for some anchors: (runs, anchors, images + 1), wrong indices last.

    And the first draws in their order: (anchors, FIRST).
    """
    with _dataset(ns, case, "train") as dataset:
        return _draws(dataset._sample_positive, case, "_sample_positive")


def negatives(ns, case):
    """The same for negatives."""
    with _dataset(ns, case, "train") as dataset:
        return _draws(dataset._sample_negative, case, "_sample_negative")


def items(ns, case):
    """What the data set yields, image by image; images are named by their number in the case."""
    observed = {}
    for split in FORMS:
        with _dataset(ns, case, split) as dataset:
            seen = _items(dataset, split)
        observed |= _anchors(case, split, seen) | {f"{split}_image": seen[0][0]}
        if split == "train":
            observed["positive"] = _numbers(case, split, [item[1] for item in seen])
            observed["negative"] = _numbers(case, split, [item[2] for item in seen])
    return observed


def kept(ns, case):
    """What is left of the data set without a class: images and targets, in each split.

    Which positives and negatives are drawn does not matter here.
    """
    observed = {}
    for split in FORMS:
        with _dataset(ns, case, split, case["remove_class"]) as dataset:
            try:
                with not_for_long():
                    seen = _items(dataset, split)
            except Exception:
                seen = _items(_without_samplers(dataset), split)
        observed |= _anchors(case, split, seen)
    return observed


def kept_draws(ns, case):
    """How often each image, by its number in the case, was part of a triplet after a class was removed.

    Samplers that fail with all classes there are task 1's affair: without them every image stands for itself.
    """
    samplers_work = _work(ns, case)
    counts = torch.zeros(3, len(case["labels"]) + 1, dtype=torch.int64)
    with _dataset(ns, case, "train", case["remove_class"]) as dataset:
        dataset = dataset if samplers_work else _without_samplers(dataset)
        for _ in range(case["rounds"]):
            for item in _items(dataset, "train"):
                counts[torch.arange(3), _numbers(case, "train", list(item[:3]))] += 1
    return {"anchor": counts[0], "positive": counts[1], "negative": counts[2]}


@contextmanager
def _dataset(ns, case, split: str, remove_class=None) -> Iterator:
    """The student's data set on the case's digits; its test part are the first digits, turned about."""
    removal = {} if remove_class is None else {"remove_class": remove_class}
    with tempfile.TemporaryDirectory(dir=".") as folder:  # the one place that the sandbox lets write
        for part, digits, labels in (
            ("train", case["digits"], case["labels"]),
            ("t10k", _turned(case), case["labels"][: case["tests"]]),
        ):
            write_mnist(Path(folder), part, digits.numpy(), labels.numpy())
        yield ns["MNISTMetricDataset"](root=f"{folder}/", split=split, **removal)


def _work(ns, case) -> bool:
    try:
        with not_for_long(), _dataset(ns, case, "train") as dataset:
            _items(dataset, "train")
    except Exception:
        return False
    return True


def _without_samplers(dataset):
    """The data set, every image its own positive and negative."""
    dataset._sample_positive = dataset._sample_negative = lambda index, *args, **kwargs: index
    return dataset


def _items(dataset, split: str) -> list[tuple]:
    seen = [dataset[index] for index in range(len(dataset))]
    if not seen:
        raise ValueError(f"The data set of the split {split!r} is empty.")
    count = len(FORMS[split].split(","))
    for item in seen:
        if not isinstance(item, tuple | list) or len(item) != count:
            raise ValueError(f"An item of the split {split!r} should be {FORMS[split]}.")
        if not all(isinstance(image, Tensor) for image in item[:-1]):
            raise ValueError(f"The images in an item of the split {split!r} should be tensors (1, 28, 28).")
    return seen


def _anchors(case, split: str, seen) -> dict[str, Tensor]:
    return {
        f"{split}_anchor": _numbers(case, split, [item[0] for item in seen]),
        f"{split}_target": torch.tensor([int(item[-1]) for item in seen]),
    }


def _turned(case) -> Tensor:
    return case["digits"][: case["tests"]].flip(1)


def _numbers(case, split: str, images) -> Tensor:
    """Which digits of the case the images are; those that are none of them get the number after the last."""
    digits = _turned(case) if split == "test" else case["digits"]
    known = {digit.numpy().tobytes(): number for number, digit in enumerate(digits)}
    found = (image.detach().mul(255).round().to(torch.uint8).contiguous() for image in images)
    return torch.tensor([known.get(image.numpy().tobytes(), len(case["labels"])) for image in found])


def _draws(sample, case, name: str) -> dict[str, Tensor]:
    count = len(case["labels"])
    counts = torch.zeros(2, len(case["anchors"]), count + 1, dtype=torch.int64)
    first = []
    for run in range(2):
        for row, anchor in enumerate(case["anchors"].tolist()):
            drawn = torch.tensor([_index(sample(anchor), name) for _ in range(case["draws"])])
            drawn[(drawn < 0) | (drawn >= count)] = count
            counts[run, row] = torch.bincount(drawn, minlength=count + 1)
            first += [drawn[:FIRST]] * (run == 0)
    return {"drawn": counts, "first": torch.stack(first)}


def _index(drawn, name: str) -> int:
    try:
        return int(drawn)
    except (TypeError, ValueError, RuntimeError):
        raise TypeError(f"`{name}` should return the index of an image, one whole number.") from None
