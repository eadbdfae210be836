"""The lab on frozen features: its episodes are fair, and its page says what the features give."""

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from autograder.authoring.master import read_master

ROOT = Path(__file__).parents[2]
GIVEN = ROOT / "assignments/frozen_features"
FEATURES = ROOT / "fixtures/frozen_features/released/features.npz"


@pytest.fixture
def fewshot(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(str(GIVEN))
    yield importlib.import_module("fewshot")
    for path in GIVEN.glob("*.py"):
        sys.modules.pop(path.stem, None)


@pytest.fixture(scope="module")
def rules() -> dict:
    """The functions that the notebook defines."""
    cells = read_master(ROOT / "solutions/frozen_features/frozen_features.py").cells
    sources = {cell.id: cell.source for cell in cells}
    made: dict = {}
    for cell in ("nearest-prototype", "another-rule"):
        exec(re.findall(r"^def nearest\w+.*?(?=\n\n|\Z)", sources[cell], re.M | re.S)[0], made)
    return made


def test_networks_are_asked_the_same_questions(fewshot: ModuleType, rules: dict) -> None:
    features = np.random.default_rng(0).normal(size=(6, 12, 4)) + 2 * np.arange(6)[:, None, None]
    turned = features @ np.linalg.qr(np.random.default_rng(1).normal(size=(4, 4)))[0]
    one, other = (
        fewshot.accuracies(found, rules["nearest_prototype"], 5, 50) for found in (features, turned)
    )
    assert np.array_equal(one, other)
    assert one.std() > 0


def test_rules_differ_where_a_mean_lies_in_another_class(rules: dict) -> None:
    support = np.array([[[0.0, 0.0], [6.0, 0.0]], [[3.0, 0.5], [3.0, 8.0]]])
    queries = np.array([[5.5, 0.0], [3.0, 1.0]])
    assert rules["nearest_neighbour"](support, queries).tolist() == [0, 1]
    assert rules["nearest_prototype"](support, queries).tolist() == [0, 0]


def test_too_few_samples_are_named(fewshot: ModuleType, rules: dict) -> None:
    with pytest.raises(ValueError, match="20 shots and 5 queries, but a class has 10 samples"):
        fewshot.accuracies(np.zeros((8, 10, 2)), rules["nearest_prototype"], 20)


def test_the_page_says_what_the_features_give(fewshot: ModuleType, rules: dict) -> None:
    table = (ROOT / "docs/labs/frozen_features.md").read_text().split("| 5 shots |")[1].split("\n\n")[0]
    sets = [name.strip() for name in table.splitlines()[0].strip("| ").split("|")]
    said = dict(re.findall(r"^\| ([\w ]+) \| (.+) \|$", table, re.M))
    features = fewshot.read_features(FEATURES)
    assert set(said) == set(features["digits"])
    for network, cells in said.items():
        for name, cell in zip(sets, cells.split(" | "), strict=True):
            found = fewshot.accuracies(features[name][network], rules["nearest_prototype"], 5)
            mean, half = (100 * value for value in fewshot.interval(found))
            assert cell.strip("*") == f"{mean:.1f} ± {half:.1f}"
