"""Whether honest submissions lose anything on a machine that has no time for them.

    sudo python benchmarks/busy.py [--labs siamese ...] [--part 5] [--slow 2] [--spinning 27] [--variants 3]

The reference and the first accepted variants of each lab, or all, are recorded twice: freely, and in a
control group of `part` per cent of one processor; there with a neighbour at all times, if wanted, a cell of
which starts `spinning` processes that compute. A right answer that is `slow` times as slow as ours meets
limits `slow` times as early, so these are divided. An answer is lost where it ran out of time, or is not the
same bytes. Groups of version 1 and 2 are known; it needs the right to make one.
"""

import argparse
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

from autograder.authoring.bank import read_bank
from autograder.course.layout import find_course
from autograder.course.rubric import Limits
from autograder.lab.lab import Lab, read_lab
from autograder.sandbox import Job, Recording
from autograder.sandbox.client import ForkServer
from autograder.submission import Cell

GROUPS, PERIOD = Path("/sys/fs/cgroup"), 100_000
SPINS = """
import os, time
for _ in range({count}):
    if os.fork() == 0:
        while True:
            pass
time.sleep(3600)
"""


def main() -> None:
    """Measure and print a line a lab."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--labs", nargs="*")
    parser.add_argument("--part", type=float, default=5, help="per cent of one processor")
    parser.add_argument("--slow", type=float, default=2)
    parser.add_argument("--spinning", type=int, default=0, help="processes of a neighbour's cell")
    parser.add_argument("--variants", type=int, help="how many beside the reference; all without")
    args = parser.parse_args()
    print("lab                submissions  answers  lost  again  longest own s  limit s  longest wall s")
    for assignment in find_course().assignments(args.labs):
        lab = read_lab(assignment)
        if lab.calls:
            measure(lab, args.part, args.slow, args.spinning, args.variants)


def measure(lab: Lab, part: float, slow: float, spinning: int, variants: int | None) -> None:
    """One lab's line."""
    bank = read_bank(lab.assignment, lab.rubric, lab.policy)
    accepted = [variant.submission for variant in bank.accepted[:variants]]
    jobs = [lab.job(submission) for submission in (bank.reference, *accepted)]
    limits = sooner(lab.rubric.limits, slow)
    with (
        group(f"busy-{lab.assignment.name}-{os.getpid()}", part) as join,
        ForkServer(lab.modules(), places=2) as server,
    ):
        free = [server.record(job) for job in jobs]
        join(server.pid)
        busy, walls = [], []
        cell = Cell(file="spins.py", number=None, source=SPINS.format(count=spinning))
        with beside(server, lab.job(replace(bank.stub, cells=(cell,)))) if spinning else nullcontext():
            for job in jobs:
                began = time.monotonic()
                busy.append(server.record(replace(job, limits=limits)))
                walls.append(time.monotonic() - began)
    pairs = [(one, other) for a, b in zip(free, busy, strict=True) for one, other in answers(a, b)]
    lost = sum(one != other for one, other in pairs)
    longest = max(answer.seconds for recording in busy for answer in recording.answers)
    print(
        f"{lab.assignment.name:<19}{len(jobs):11}{len(pairs):9}{lost:6}{sum(one.alone for one in busy):7}"
        f"{longest:15.1f}{limits.probe_seconds:9.1f}{max(walls):16.0f}",
        flush=True,
    )


@contextmanager
def beside(server: ForkServer, job: Job) -> Iterator[None]:
    """Meanwhile the server has this to record, too, over and over."""
    over = threading.Event()

    def record() -> None:
        while not over.is_set():
            server.record(job)

    neighbour = threading.Thread(target=record)
    neighbour.start()
    try:
        yield
    finally:
        over.set()
        neighbour.join()


def answers(one: Recording, other: Recording) -> Iterator[tuple[tuple[str, bytes], tuple[str, bytes]]]:
    """Outcome and bytes of the same answers in two recordings."""
    for a, b in zip(one.answers, other.answers, strict=True):
        yield (a.outcome, a.frame), (b.outcome, b.frame)


def sooner(limits: Limits, slow: float) -> Limits:
    """What they are to code that is so many times as slow."""
    times = ("cells_seconds", "cell_seconds", "probe_seconds")
    return limits.model_copy(update={name: getattr(limits, name) / slow for name in times})


@contextmanager
def group(name: str, part: float) -> Iterator[Callable[[int], object]]:
    """A control group of a part of one processor; yields what moves a process into it."""
    old = (GROUPS / "cpu").is_dir()
    root = GROUPS / "cpu" if old else GROUPS
    mine = root / name
    mine.mkdir()
    quota = str(int(part / 100 * PERIOD))
    if old:
        (mine / "cpu.cfs_period_us").write_text(str(PERIOD))
        (mine / "cpu.cfs_quota_us").write_text(quota)
    else:
        (mine / "cpu.max").write_text(f"{quota} {PERIOD}")

    try:
        yield lambda pid: (mine / "cgroup.procs").write_text(str(pid))
    finally:
        while (mine / "cgroup.procs").read_text():  # what was in it is ending
            time.sleep(0.1)
        mine.rmdir()


if __name__ == "__main__":
    main()
