"""The modules and scripts of the hard-triplets lab, for its tests."""

import importlib.util
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from autograder.course.layout import find_course

LAB = find_course(Path(__file__).parents[2]).assignment("hard_triplets")
GIVEN = ("triplets", "datasets", "transforms", "network", "training", "finetuning", "evaluation", "figures")


@contextmanager
def modules() -> Iterator[Any]:
    """The lab's modules by name, and its scripts; names such as `figures` are other labs', too."""
    with pytest.MonkeyPatch.context() as patch:
        for folder in (LAB.solution_dir, LAB.public_dir):
            patch.syspath_prepend(str(folder))
        for name in GIVEN:
            patch.delitem(sys.modules, name, raising=False)
        made = {name: importlib.import_module(name) for name in GIVEN}
        for name in ("train_release", "make_fixtures"):
            spec = importlib.util.spec_from_file_location(
                f"hard_triplets_{name}", LAB.solution_dir / f"{name}.py"
            )
            assert spec is not None
            assert spec.loader is not None
            made[name] = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(made[name])
        yield type("Lab", (), made)
        for name in GIVEN:
            patch.delitem(sys.modules, name, raising=False)


def batch(seed: int, dims: int = 5) -> tuple[Tensor, list[int]]:
    """Features and labels of classes of unequal size, mixed; any labels."""
    generator = random.Random(seed)
    classes = generator.sample(range(-50, 1000), generator.randint(2, 7))
    labels = [c for c in classes for _ in range(generator.randint(3, 6))]
    generator.shuffle(labels)
    return torch.randn(len(labels), dims, generator=torch.Generator().manual_seed(seed)), labels
