"""Train and compare as the notebook does in its short setting, with several seeds in place of one.

    python solutions/byol/compare.py run --out runs/compare [--seeds 0 1 2]
    python solutions/byol/compare.py table --out runs/compare

Runs the cells of the solved notebook that train BYOL and measure it with few labels, on whatever data is
found. A seed draws the network's weights, the order of the pictures and their views; the draws of labels are
the same for all seeds. `run` leaves a file for each seed, and goes on after the last one that it left.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path
from statistics import mean

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "assignments/byol"), str(ROOT)]

import nbformat
import torch

from autograder.authoring.master import read_master
from autograder.authoring.notebook import solved_notebook
from autograder.course.layout import find_course

LAB = find_course(ROOT).assignment("byol")
CELLS = (
    *(
        "imports",
        "settings",
        "load-data",
        "answer-1",
        "show-loaders",
        "answer-2-1",
        "answer-2-2",
        "answer-2-3",
    ),
    *("answer-4", "answer-5", "answer-5-5", "answer-6", "train-byol", "answer-7-1", "compare"),
)
WAYS = {"linear": "linear evaluation", "tuned": "fine-tuning"}
STARTS = {"BYOL": "from BYOL", "random": "from random weights"}


def run(out: Path, seeds: list[int]) -> None:
    """Leave `SEED.json`, what a seed's network reached, and `SEED.pt`, its encoder."""
    out.mkdir(parents=True, exist_ok=True)
    os.environ["MPLBACKEND"] = "agg"
    os.chdir(LAB.public_dir)  # the notebook's paths begin here
    for seed in seeds:
        if (found := out / f"{seed}.json").exists():
            continue
        started = time.process_time()
        made = trained(seed)
        torch.save(made["byol"].online_encoder.state_dict(), out / f"{seed}.pt")
        kept = {"counts": made["counts"], "data": str(made["stl10"])} | {way: made[way] for way in WAYS}
        found.write_text(json.dumps(kept))
        print(f"seed {seed}: {time.process_time() - started:.0f} s of processor", flush=True)


def trained(seed: int) -> dict:
    """The names of the notebook after its cells ran with `SEED = seed`."""
    notebook = nbformat.reads(solved_notebook(read_master(LAB.master), LAB.name), as_version=4)
    sources = {cell.id: cell.source for cell in notebook.cells}
    names: dict = {"__name__": "__main__"}
    for cell in CELLS:
        lines = [line for line in sources[cell].splitlines() if not line.startswith("%")]
        exec(compile("\n".join(lines), cell, "exec"), names)
        if cell == "settings":
            names["SEED"] = seed
    return names


def table(out: Path) -> None:
    """Mean over the seeds and range of the seeds' means over their draws of labels, in per cent."""
    of_seed = {int(path.stem): json.loads(path.read_text()) for path in sorted(out.glob("*.json"))}
    first = next(iter(of_seed.values()))
    print(f"{first['data']}; seeds {', '.join(map(str, of_seed))}")
    for way, title in WAYS.items():
        for start, words in STARTS.items():
            cells = []
            for place, _ in enumerate(first["counts"]):
                means = [100 * mean(found[way][start][place]) for found in of_seed.values()]
                cells.append(f"{mean(means):.1f} ({min(means):.1f} to {max(means):.1f})")
            print(f"| {title}, {words} |", " | ".join(cells), "|")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("command", choices=("run", "table"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    args = parser.parse_args()
    torch.set_num_threads(1)
    if args.command == "run":
        run(args.out.resolve(), args.seeds)
    else:
        table(args.out)


if __name__ == "__main__":
    main()
