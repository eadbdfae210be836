"""What a grading costs beside `import torch` and beside the students' own computation, as ratios.

    python benchmarks/grading.py [--lab protonet] [--submissions 20] [--runs 3]

Everything is measured on one machine in one run, so that the ratios mean something where the seconds do not.
CPU time is that of this machine's processes below this one, as the operating system counts it. The lab's
expected answers are recorded before the clock starts, as they are for every class but the first.
"""

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.authoring.master import read_master
from autograder.authoring.notebook import solved_notebook
from autograder.course import find_course

# The student's computation alone: the same cells and probes, in one plain process, without any box.
BARE = """
import os, sys, tempfile, time
from pathlib import Path
from autograder.authoring.bank import read_bank
from autograder.course import find_course
from autograder.lab import read_lab
from autograder.sandbox import runner
lab = read_lab(find_course(Path({root!r})).assignment({lab!r}))
job = lab.job(read_bank(lab.assignment, lab.rubric, lab.policy).reference)
sys.path.insert(0, str(job.public_dir))
for module in lab.modules():
    __import__(module)
os.chdir(tempfile.mkdtemp())
for name, data in job.files.items():
    Path(name).write_bytes(data)
import torch
torch.set_num_threads(1)
began = time.process_time()
namespace = runner.run_cells(job.cells, (), False, lambda report: None)
probes = runner.load_probes(job)
for call in job.calls:
    runner.answer(job, call, namespace, lambda name: getattr(probes, name), ())
print(time.process_time() - began)
"""


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock and of the processors."""

    wall: float
    cpu: float


def cost_of(command: list[str], cwd: Path) -> Cost:
    """Run a command to its end; it must succeed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.DEVNULL)
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def with_own_cell(notebook: dict[str, Any], number: int) -> dict[str, Any]:
    """The notebook with one cell more, so that it is nobody else's: the same work runs once for a class."""
    cell = {"cell_type": "code", "id": "own", "metadata": {}, "outputs": [], "execution_count": None}
    return notebook | {"cells": [*notebook["cells"], cell | {"source": f"mine = {number}"}]}


def median(costs: list[Cost]) -> Cost:
    """The median of each figure."""
    return Cost(statistics.median(c.wall for c in costs), statistics.median(c.cpu for c in costs))


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lab", default="protonet")
    parser.add_argument("--submissions", type=int, default=20)
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    course = find_course()
    assignment = course.assignment(args.lab)
    notebook = json.loads(solved_notebook(read_master(assignment.master), args.lab))

    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        one, many = room / "one", room / "many"
        for group, count in ((one, 1), (many, args.submissions)):
            group.mkdir()
            for number in range(count):
                mine = group / f"s{number:03d}"
                mine.mkdir()
                (mine / f"{args.lab}.ipynb").write_text(json.dumps(with_own_cell(notebook, number)))
                for file in (assignment.solution_dir / "files").glob("*"):
                    shutil.copy(file, mine)

        def grade(group: Path) -> Cost:
            out = room / "graded"
            shutil.rmtree(out, ignore_errors=True)
            command = [
                sys.executable,
                "-P",
                "-m",
                "autograder",
                "grade",
                args.lab,
                str(group),
                "--out",
                str(out),
            ]
            return cost_of(command, course.root)

        grade(one)  # records the expected answers and warms the disk
        torch = median([cost_of([sys.executable, "-c", "import torch"], room) for _ in range(args.runs)])
        bare_runs = []
        for _ in range(args.runs):
            code = BARE.format(root=str(course.root), lab=args.lab)
            ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
            bare_runs.append(float(ran.stdout.split()[-1]))
        bare = statistics.median(bare_runs)
        single = median([grade(one) for _ in range(args.runs)])
        batch = median([grade(many) for _ in range(args.runs)])

    further = (batch.wall - single.wall) / (args.submissions - 1)
    above = (batch.cpu - single.cpu) / (args.submissions - 1) - bare

    def row(what: str, cost: Cost) -> None:
        print(f"{what:<42}{cost.wall:8.2f}{cost.cpu:8.2f}{cost.wall / torch.wall:10.2f}")

    print(
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs, Python {platform.python_version()}"
    )
    print(f"{args.lab}, median of {args.runs} runs".ljust(42) + "  wall s   CPU s   / import torch")
    row("import torch", torch)
    row("1 submission, start to result", single)
    row(f"{args.submissions} submissions, start to result", batch)
    print(f"1 submission above import torch: {single.wall - torch.wall:.2f} s of wall clock")
    print(f"a student's own computation: {bare:.2f} s of CPU")
    print(
        f"each further submission: {further:.2f} s of wall clock, "
        f"{above:.2f} s of CPU above its own computation"
    )


if __name__ == "__main__":
    main()
