"""How often things happen in views, as the graders see it, and what they would refuse.

python solutions/byol/measure_views.py [wrong/x.py]                 the shares in `byol.toml`, or of a file
python solutions/byol/measure_views.py --power                      how probably a slip passes
python solutions/byol/measure_views.py --times                      processor time of a view
python solutions/byol/measure_views.py --seeds 200 [accepted/x.py]  gradings by seed: what was refused
"""

import argparse
import importlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

import numpy as np
import torch
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "assignments/byol"), str(ROOT / "autograder/graders"), str(ROOT)]

from autograder.authoring.bank import read_bank
from autograder.course.layout import find_course
from autograder.course.rubric import read_rubric
from autograder.judging import Mismatch, Observed
from autograder.judging.statistics import Series, rivals
from autograder.sandbox.answers import Answer
from autograder.submission.extract import Policy
from data_utils.cases import read_case
from data_utils.seeding import seed_everything

SIDES = ("t", "t_prime")
CELLS = ("import copy", "SIZE = ", "augmentation_t = ", "augmentation_t_prime = ")
TABLE_6 = {  # share that shows, part of the draws that show it, of which group
    "t: mirrored 0.5": ("t_whole_mirrored", 1.0),
    "t: jitter 0.8": ("t_whole_jittered", 0.8),
    "t: grey 0.2": ("t_quick_grey", 1.0),
    "t: blur 1.0": ("t_whole_blurred", 1.0),
    "t': mirrored 0.5": ("t_prime_whole_mirrored", 1.0),
    "t': jitter 0.8": ("t_prime_whole_jittered", 0.8),
    "t': grey 0.2": ("t_prime_quick_grey", 1.0),
    "t': blur 0.1": ("t_prime_quick_blurred", 0.86),
    "t': solarise 0.2": ("t_prime_quick_solarised", 0.67),
}


def main() -> None:
    """Print what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("change", nargs="?", type=Path, help="a file of wrong/ or accepted/")
    parser.add_argument("--draws", type=int, default=8192)
    parser.add_argument("--power", action="store_true")
    parser.add_argument("--times", action="store_true")
    parser.add_argument("--seeds", type=int, default=0)
    args = parser.parse_args()
    torch.set_num_threads(1)
    if args.power:
        _power()
        return
    if args.times:
        _times(_namespace(args.change))
        return
    probes, graders = importlib.import_module("probes"), _graders()
    namespace = _namespace(args.change)
    for side in SIDES:
        case = read_case((ROOT / f"fixtures/byol/secret/views_{side}.json").read_text())
        if args.seeds:
            for seed in range(args.seeds):
                answer = _answer(probes, namespace, case, side, seed)
                for claim, message in _refused(graders, answer, case, side):
                    print(f"seed {seed}: {claim}: {message}")
        else:
            many = {
                group: {**case[group], "least": args.draws, "most": args.draws}
                for group in ("whole", "quick")
            }
            _shares(graders, _answer(probes, namespace, case | many, side, seed=42), case | many, side)


def _power() -> None:
    settings = read_rubric(ROOT / "autograder/graders/byol.toml").settings
    series = Series(step=64, most=12288, accept=6.4, reject=11.5)
    for what, (name, visible) in TABLE_6.items():
        share = settings[name]
        fails, draws = series.refused(share, share, visible)
        low, high = (1 - series.refused(share, rival, visible)[0] for rival in rivals(share))
        print(
            f"{what:18} / 1.5 passes {low:.0e}, x 1.5 {high:.0e}; right fails {fails:.0e}; {draws:.0f} views"
        )


def _times(namespace: dict[str, Any], views: int = 200) -> None:
    seed_everything(42)
    picture = Image.fromarray(np.random.default_rng(42).integers(0, 256, (96, 96, 3), dtype=np.uint8))
    for side in ("augmentation_t", "augmentation_t_prime"):
        started = time.process_time()
        for _ in range(views):
            namespace[side](picture)
        print(
            f"{side}: {1000 * (time.process_time() - started) / views:.1f} ms of processor a view of 96 x 96"
        )


def _shares(graders: ModuleType, answer: Observed, case: dict[str, Any], side: str) -> None:
    for group, events in getattr(graders, f"OF_{side.upper()}").items():
        views = graders.views_of(answer, case, group)
        for event in events:
            if share := event(views).mean():
                print(f"{side}_{group}_{event.__name__} = {share:.4f}")


def _refused(
    graders: ModuleType, answer: Observed, case: dict[str, Any], side: str
) -> Iterator[tuple[str, str]]:
    settings = read_rubric(ROOT / "autograder/graders/byol.toml").settings
    for group, events in getattr(graders, f"OF_{side.upper()}").items():
        for event, hint in events.items():
            try:
                graders._assert_usual({event: hint}, answer, case, settings, f"{side}_{group}")
            except Mismatch as wrong:
                yield f"{side}_{group}_{event.__name__}", wrong.message


def _answer(
    probes: ModuleType, namespace: dict[str, Any], case: dict[str, Any], side: str, seed: int
) -> Observed:
    seed_everything(seed)
    seen = getattr(probes, f"views_{side}")(namespace, case)
    return Observed(Answer("ok", {n: v if isinstance(v, str) else v.numpy() for n, v in seen.items()}), None)


def _namespace(change: Path | None) -> dict[str, Any]:
    """What the cells of the reference define for augmentations, or those of a file of the bank."""
    lab = find_course(ROOT).assignment("byol")
    bank = read_bank(lab, read_rubric(lab.rubric), Policy())
    named = {f"{kind}/{s.name}": s.submission for kind in ("wrong", "accepted") for s in getattr(bank, kind)}
    submission = named[f"{change.parent.name}/{change.stem}"] if change else bank.reference
    namespace: dict[str, Any] = {}
    for cell in submission.cells:
        if cell.number is None or any(text in cell.source for text in CELLS):
            exec(compile(cell.source, cell.label, "exec"), namespace)
    return namespace


def _graders() -> ModuleType:
    """The graders as plain functions: their marks belong to the judge's own session."""
    plain = lambda *names, **more: lambda function: function  # noqa: E731
    with mock.patch.multiple("autograder.judging", task=plain, probe=plain):
        return importlib.import_module("byol.test_augmentations")


if __name__ == "__main__":
    main()
