"""Where the time of grading one submission goes: import, forks, confinement, answers, judging.

    python benchmarks/own_cost.py [--lab protonet] [--repeats 15]

The reference of a lab is recorded again and again by one warm server, in growing parts: nothing at all
without confinement, nothing confined, its cells, probes that answer nothing, its own. What a part adds is the
difference between medians. Wall clock, one submission at a time; what grading a class adds to it is overlap.
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import torch

from autograder.authoring.bank import read_bank
from autograder.course.layout import find_course
from autograder.grading.bench import Bench, with_instructors_bench
from autograder.judging.expectations import answers_of
from autograder.lab.lab import Lab, read_lab
from autograder.sandbox import Job, Level
from autograder.sandbox.client import ForkServer
from autograder.sandbox.store import save


def main() -> None:
    """Measure one lab and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lab", default="protonet")
    parser.add_argument("--repeats", type=int, default=15)
    args = parser.parse_args()
    torch.set_num_threads(1)
    print(
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs, Python "
        f"{platform.python_version()}, torch {version('torch')}; {args.lab}, medians of {args.repeats}"
    )
    split(read_lab(find_course().assignment(args.lab)), args.repeats)


def split(lab: Lab, repeats: int) -> None:
    """Print what each part takes, in milliseconds."""
    submission = read_bank(lab.assignment, lab.rubric, lab.policy).reference
    job = lab.job(submission)
    nothing = replace(job, cells=(), calls=())

    def recorded(level: Level | None, *jobs: Job) -> list[float]:
        with ForkServer(lab.modules(), level).start() as server:
            return [median(lambda job=job: server.record(job), repeats) for job in jobs]

    start = [sys.executable, "-c", "import " + ", ".join(lab.modules())]
    once = median(lambda: subprocess.run(start, check=True, stderr=subprocess.DEVNULL), 3)
    (forks,) = recorded("process", nothing)
    with tempfile.TemporaryDirectory() as folder:
        probes = dict.fromkeys(call.probe for call in job.calls)
        trivial = replace(job, public_dir=Path(folder))
        (trivial.public_dir / "probes.py").write_text(
            "\n".join(f"def {probe}(ns, case): return {{}}" for probe in probes)
        )
        empty, cells, asked, whole = recorded(None, nothing, replace(job, calls=()), trivial, job)

    def body(bench: Bench) -> None:
        recording = server.record(job)
        groups = len({call.group for call in job.calls})
        row("once a command: import what the lab needs", once)
        row("4 forks (watcher, nursery, box), pipes, scratch", forks)
        row(f"confinement ({recording.level})", empty - forks)
        row("student's cells", cells - empty)
        row(f"{groups} forks that answer {len(job.calls)} calls", asked - cells)
        row("student's answers, sending them out", whole - asked)
        with tempfile.TemporaryDirectory() as folder:
            kept = Path(folder) / "answers.zip"
            row("writing the answers down", median(lambda: save(kept, {"submission": recording}), repeats))
        row("reading the answers", median(lambda: answers_of(recording, lab.rubric.limits), repeats))
        with bench.with_judges() as judging:
            row("judging", median(lambda: judging.judged(submission, recording), repeats))

    with ForkServer(lab.modules()).start() as server:
        with_instructors_bench(lab, server, None, body)


def row(what: str, milliseconds: float) -> None:
    """One line."""
    print(f"{what:<48}{milliseconds:9.1f} ms", flush=True)


def median(do: Callable[[], object], repeats: int) -> float:
    """Median wall clock in milliseconds, after one that does not count."""
    do()
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        do()
        times.append(time.perf_counter() - began)
    return 1000 * statistics.median(times)


if __name__ == "__main__":
    main()
