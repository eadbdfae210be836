"""Measure what the reference's augmentations show, as the graders measure it: the numbers in `byol.toml`.

python solutions/byol/measure_views.py [--draws 5000]
"""

import argparse
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import torch

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "assignments/byol"), str(ROOT)]

from autograder.authoring.master import read_master
from data_utils.cases import read_case
from data_utils.seeding import seed_everything

STATISTICS = ("area", "small_area", "ratio", "mirrored", "grey", "jittered", "brightness", "contrast")
STATISTICS += ("saturation", "hue", "steepness", "solarised", "turned_dark")


def main() -> None:
    """Print lines for the rubric's settings."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=5_000)
    draws = parser.parse_args().draws
    torch.set_num_threads(1)
    probes = _load(ROOT / "assignments/byol/probes.py")
    graders = _load(ROOT / "autograder/graders/test_byol.py")
    namespace = _augmentations()
    for side in ("t", "t_prime"):
        seed_everything(42)
        case = read_case((ROOT / f"fixtures/byol/sample/views_{side}.json").read_text())
        case |= {"runs": 1, **{f"{name}_draws": draws for name in ("halves", "bright", "waves")}}
        seen = getattr(probes, f"views_{side}")(namespace, case)
        run = [seen[name][0].double().numpy() for name in ("halves", "bright", "waves")]
        for name in STATISTICS:
            values = getattr(graders, name)(*run)
            print(f"{side}_{name} = {values.mean():.4f}")
            if set(np.unique(values)) - {0.0, 1.0}:
                print(f"{side}_{name}_deviation = {values.std():.4f}")


def _augmentations() -> dict[str, object]:
    """The namespace of the reference's imports, settings and augmentations."""
    namespace: dict[str, object] = {}
    for cell in read_master(ROOT / "solutions/byol/byol.py").cells:
        if cell.id in ("imports", "settings", "answer-3-1"):
            exec(cell.source, namespace)
    return namespace


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
