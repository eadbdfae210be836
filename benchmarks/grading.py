"""This grader beside Otter-Grader and nbgrader, on the same student code, as ratios within one run; and where
its own time goes.

    pip install -e ".[instructor,nbgrader,otter]"
    python benchmarks/grading.py [--counts 1 10 100] [--most-of-peers 10]

Two losses with three checks each (`assignment.py`). Wall clock and CPU time are of whole commands, from a
cold start; peak memory is that of the largest single process. A peer takes the same time for each further
submission, so above `--most-of-peers` it is not run but continued in a straight line, and marked so.

`jsonschema` takes seconds to import where `rfc3987-syntax` is installed, which comes with nbgrader: uninstall
it before, so that the peers are measured at their best.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import torch
from assignment import ENVIRONMENT, nbgraders, otters, ours, student
from own_cost import split

from autograder.course.layout import Assignment
from autograder.lab.lab import read_lab


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock and of the processors, and the largest process in MB."""

    wall: float
    cpu: float
    memory: float
    continued: bool = False


def measured(commands: list[list[str]], cwd: Path) -> Cost:
    """Run commands one after the other; they must succeed."""
    code = (
        "import json, resource, subprocess, sys, time; began = time.perf_counter()\n"
        "for c in json.loads(sys.argv[1]):\n"
        "    subprocess.run(c, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
        "u = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(time.perf_counter() - began, u.ru_utime + u.ru_stime, u.ru_maxrss / 1024)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, json.dumps(commands)],
        cwd=cwd,
        env=ENVIRONMENT,
        check=True,
        capture_output=True,
        text=True,
    )
    return Cost(*map(float, ran.stdout.split()))


def ours_of(room: Path, notebooks: list[Path]) -> Cost:
    course, out = room / "course", room / "graded"
    if not course.exists():
        ours(course)
        _grade(course, notebooks[:1], room / "warm")  # records the expected answers, as for every first class
    shutil.rmtree(out, ignore_errors=True)
    cost = measured([grade_command(notebooks, out)], course)
    scores = {json.loads(p.read_text())["score"] for p in (out / "results").glob("*.json")}
    assert scores == {6.0}, scores
    return cost


def grade_command(notebooks: list[Path], out: Path) -> list[str]:
    command = [sys.executable, "-P", "-m", "autograder", "grade", "peers", *map(str, notebooks)]
    return [*command, "--out", str(out), "--log", "json"]


def _grade(course: Path, notebooks: list[Path], out: Path) -> None:
    subprocess.run(grade_command(notebooks, out), cwd=course, check=True, stdout=subprocess.DEVNULL)


def otter_run_of(room: Path, notebooks: list[Path]) -> Cost:
    archive = _otter(room)
    run = [sys.executable, "-m", "otter", "run", "--no-logo", "-a", str(archive), "-o", str(room / "otter")]
    cost = measured([[*run, str(path)] for path in notebooks], room)
    results = json.loads((room / "otter/results.json").read_text())
    assert sum(test.get("score", 0) for test in results["tests"]) > 0, results
    return cost


def otter_api_of(room: Path, notebooks: list[Path]) -> Cost:
    code = (
        "import sys; from otter.api import grade_submission\n"
        "for path in sys.argv[2:]: assert grade_submission(path, sys.argv[1], quiet=True).total > 0"
    )
    return measured([[sys.executable, "-c", code, str(_otter(room)), *map(str, notebooks)]], room)


def _otter(room: Path) -> Path:
    folder = room / "otter"
    if not folder.exists():
        folder.mkdir()
        otters(folder)
    return folder / "autograder.zip"


def nbgrader_of(room: Path, notebooks: list[Path]) -> Cost:
    folder = Path(tempfile.mkdtemp(dir=room))
    nbgraders(folder, len(notebooks))
    cost = measured([[sys.executable, "-m", "nbgrader", "autograde", "ps1"]], folder)
    assert len(list(folder.glob("autograded/*/ps1/problem.ipynb"))) == len(notebooks)
    return cost


WAYS: dict[str, Callable[[Path, list[Path]], Cost]] = {
    "this": ours_of,
    "otter run, in a loop": otter_run_of,
    "otter.api, in a loop": otter_api_of,
    "nbgrader autograde": nbgrader_of,
}


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--counts", type=int, nargs="+", default=[1, 10, 100])
    parser.add_argument("--most-of-peers", type=int, default=10)
    args = parser.parse_args()
    print(
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs, "
        f"Python {platform.python_version()}, "
        + ", ".join(f"{name} {version(name)}" for name in ("torch", "otter-grader", "nbgrader"))
    )
    print(
        f"{'':<24}{'submissions':>12}{'wall s':>10}{'CPU s':>9}{'MB':>7}{'wall / ours':>13}{'CPU / ours':>12}"
    )
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        notebooks = []
        for number in range(max(args.counts)):
            path = room / f"class/s{number:03d}.ipynb"
            path.parent.mkdir(exist_ok=True)
            path.write_text(student(number))
            notebooks.append(path)
        few: dict[str, dict[int, Cost]] = {name: {} for name in WAYS}
        for count in args.counts:
            mine = None
            for name, way in WAYS.items():
                if name == "this" or count <= args.most_of_peers:
                    cost = way(room, notebooks[:count])
                else:
                    cost = continued(few[name], count)
                few[name][count] = cost
                mine = mine or cost
                mark = " *" if cost.continued else ""
                print(
                    f"{name:<24}{count:>12}{cost.wall:>10.2f}{cost.cpu:>9.2f}{cost.memory:>7.0f}"
                    f"{cost.wall / mine.wall:>13.1f}{cost.cpu / mine.cpu:>12.1f}{mark}",
                    flush=True,
                )
    if any(cost.continued for costs in few.values() for cost in costs.values()):
        print("* continued in a straight line from the two counts before")
    with tempfile.TemporaryDirectory() as folder:
        print("\nWhere the time of this grader goes, one submission at a time:")
        torch.set_num_threads(1)
        split(read_lab(Assignment(ours(Path(folder) / "course"), "peers")), repeats=15)


def continued(costs: dict[int, Cost], count: int) -> Cost:
    """The straight line through the two largest counts that were run."""
    (first, a), (second, b) = sorted(costs.items())[-2:]
    steps = (count - second) / (second - first)
    return Cost(b.wall + steps * (b.wall - a.wall), b.cpu + steps * (b.cpu - a.cpu), b.memory, continued=True)


if __name__ == "__main__":
    main()
