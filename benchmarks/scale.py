"""What a submission costs in classes of many sizes: whether cost and memory stay flat, how busy cores are.

    python benchmarks/scale.py [--counts 10 100 1000 2000]

Generated submissions, all different, of the small assignment in `assignment.py`. The cost of a further
submission is that between two sizes, so that the start of the command does not count.
"""

import argparse
import os
import platform
import shutil
import tempfile
from importlib.metadata import version
from pathlib import Path

from assignment import ours, student
from grading import Cost, grade_command, measured


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--counts", type=int, nargs="+", default=[10, 100, 1000, 2000])
    counts = parser.parse_args().counts
    cores = os.cpu_count() or 1
    print(
        f"{platform.system()} {platform.machine()}, {cores} CPUs, Python {platform.python_version()}, "
        f"torch {version('torch')}"
    )
    heads = {"wall s": 9, "CPU s": 9, "each wall s": 13, "each CPU s": 12, "cores": 7, "MB": 6, "disk kB": 9}
    print(f"{'submissions':>11}" + "".join(f"{head:>{width}}" for head, width in heads.items()))
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        course = ours(room / "course")
        submissions = room / "class"
        submissions.mkdir()
        for number in range(max(counts)):
            (submissions / f"s{number:05d}.ipynb").write_text(student(number))
        before = _grade(course, submissions, room, 1)[0]
        small = 1
        for count in counts:
            cost, disk = _grade(course, submissions, room, count)
            more = count - small
            wall, cpu = (cost.wall - before.wall) / more, (cost.cpu - before.cpu) / more
            print(
                f"{count:>11}{cost.wall:>9.1f}{cost.cpu:>9.1f}{wall:>13.3f}{cpu:>12.3f}{cpu / wall:>7.2f}"
                f"{cost.memory:>6.0f}{disk / count / 1024:>9.1f}",
                flush=True,
            )
            before, small = cost, count


def _grade(course: Path, submissions: Path, room: Path, count: int) -> tuple[Cost, int]:
    """The cost, and the bytes that it left on disk."""
    some = room / "some"
    shutil.rmtree(some, ignore_errors=True)
    some.mkdir()
    for path in sorted(submissions.iterdir())[:count]:
        os.link(path, some / path.name)
    out = room / "out"
    shutil.rmtree(out, ignore_errors=True)
    cost = measured([grade_command([some], out)], course)
    return cost, sum(path.stat().st_size for path in out.rglob("*") if path.is_file())


if __name__ == "__main__":
    main()
