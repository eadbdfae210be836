"""Measure what augmentations show, as the graders measure it.

python solutions/byol/measure_views.py [--draws 5000]              the numbers in `byol.toml`
python solutions/byol/measure_views.py --runs 20000 [wrong/x.py]   how many runs the graders would refuse

Runs are drawn, with replacement, from the views of the reference, or of it with a file of the bank. A grading
has two runs, and refuses what both refuse.
"""

import argparse
import importlib.util
import sys
from dataclasses import fields
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "assignments/byol"), str(ROOT)]

from autograder.authoring.master import read_master
from autograder.course.rubric import read_rubric
from data_utils.cases import read_case
from data_utils.seeding import seed_everything

PICTURES = {"bright": "bright", "across": "waves", "down": "waves"}  # where a number is not of the halves


def main() -> None:
    """Print lines for the rubric's settings, or the share of runs that fail."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("change", nargs="?", type=Path, help="a file of wrong/ or accepted/")
    parser.add_argument("--draws", type=int, default=5_000, help="views of each picture")
    parser.add_argument("--runs", type=int, default=0)
    args = parser.parse_args()
    torch.set_num_threads(1)
    probes = _load(ROOT / "assignments/byol/probes.py")
    graders = _load(ROOT / "autograder/graders/test_byol.py")
    statistics = graders.CROP | graders.FLIP | graders.GREY | graders.JITTER | graders.BLUR | graders.SOLARISE
    namespace = _augmentations(args.change)
    for side in ("t", "t_prime"):
        case = read_case((ROOT / f"fixtures/byol/secret/views_{side}.json").read_text())
        views = _views(probes, graders, namespace, case, side, args.draws)
        for statistic in statistics:
            name, values = f"{side}_{statistic.__name__}", statistic(views)
            if not args.runs:
                print(f"{name} = {values.mean():.4f}")
                if values.dtype != bool:
                    print(f"{name}_deviation = {values.std():.4f}")
        if args.runs:
            for name, share in refused(graders, statistics, views, case, side, args.runs).items():
                print(f"{name}: {100 * share:.3f} % of {args.runs} runs")


def refused(
    graders: ModuleType, statistics: Any, views: Any, case: dict[str, Any], side: str, runs: int
) -> dict[str, float]:
    """Share of runs in which each statistic is at fault."""
    settings = read_rubric(ROOT / "autograder/graders/byol.toml").settings
    random = np.random.default_rng(42)
    seen = {field.name: getattr(views, field.name) for field in fields(views)}
    counts = dict.fromkeys((f"{side}_{statistic.__name__}" for statistic in statistics), 0)
    for _ in range(runs):
        rows = {
            picture: random.integers(len(views.lean), size=case[f"{picture}_draws"])
            for picture in ("halves", "bright", "waves")
        }
        run = graders.Views(**{n: values[rows[PICTURES.get(n, "halves")]] for n, values in seen.items()})
        for statistic in statistics:
            name = f"{side}_{statistic.__name__}"
            counts[name] += bool(graders._fault(statistic(run), settings, name))
    return {name: count / runs for name, count in counts.items()}


def _views(
    probes: ModuleType,
    graders: ModuleType,
    namespace: dict[str, Any],
    case: dict[str, Any],
    side: str,
    draws: int,
) -> Any:
    """Views by `augmentation_t` or `augmentation_t_prime` of the namespace, as one long run."""
    seed_everything(42)
    case = case | {"runs": 1, **{f"{name}_draws": draws for name in ("halves", "bright", "waves")}}
    seen = getattr(probes, f"views_{side}")(namespace, case)
    return graders.Views(*(seen[field.name][0].numpy() for field in fields(graders.Views)))


def _augmentations(change: Path | None) -> dict[str, Any]:
    """The namespace of the reference's imports, settings and augmentations, and of a change after them."""
    namespace: dict[str, Any] = {}
    for cell in read_master(ROOT / "solutions/byol/byol.py").cells:
        if cell.id in ("imports", "settings", "answer-3-1"):
            exec(cell.source, namespace)
    if change:
        exec(change.read_text(), namespace)
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
