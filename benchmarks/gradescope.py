"""One submission where Gradescope grades, beside the same at home: CPU and memory.

    python benchmarks/gradescope.py [--lab protonet] [--submission fixtures/protonet/demo/amara] [--repeats 3]
                                    [--container MB] [--environment FOLDER]

The zip is laid out as Gradescope does it, in a folder instead of a container, with an environment
of links instead of what `setup.sh` installs. CPU is that of all processes, memory the most that they hold at
a time, each shared page counted once (PSS). At home is a class of one, all in the cache that can be.

With `--container` it runs once more in a control group of so much memory, files that are read included, with
nothing of them in the cache: what needs more is killed. That takes root and control groups of version 1.

With `--environment` there is another environment than here, with the package and what the lab needs: torch's
build without CUDA, say, which a container installs where the index has it.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))


@dataclass(frozen=True)
class Cost:
    """`cpu`: seconds of all processes; `memory`: megabytes at most."""

    cpu: float
    memory: float


def cost(command: Sequence[object], environment: Mapping[str, str]) -> Cost:
    """Run a command and say what it took.

    Raises:
        CalledProcessError: it failed.
    """
    before = _cpu()
    running = subprocess.Popen(list(map(str, command)), cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    most = 0
    while running.poll() is None:
        most = max(most, sum(map(_pss, _family(running.pid))))
        with suppress(subprocess.TimeoutExpired):
            running.wait(0.1)
    if running.returncode:
        raise subprocess.CalledProcessError(running.returncode, running.args)
    return Cost(_cpu() - before, most / 1e6)


@contextmanager
def container(megabytes: int) -> Iterator[list[object]]:
    """What to put before a command so that it has so much memory and no more."""
    group = Path(f"/sys/fs/cgroup/memory/gradescope-{os.getpid()}")
    group.mkdir()
    try:
        (group / "memory.limit_in_bytes").write_text(str(megabytes * 10**6))
        os.sync()
        Path("/proc/sys/vm/drop_caches").write_text("3")  # a page counts for who reads it first
        yield ["sh", "-c", f'echo $$ > {group}/cgroup.procs && exec "$@"', "sh"]
    finally:
        group.rmdir()


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _family(pid: int) -> Iterator[int]:
    yield pid
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _family(int(child))


def _pss(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return 1024 * int(line.split()[1])
    return 0


def laid_out(lab: str, root: Path) -> None:
    """`/autograder` in `root`, as it is when the image is built."""
    from autograder.authoring.bundle import grading_needs
    from autograder.course.layout import find_course
    from tests.environments import environment_with

    assignment = find_course(ROOT).assignment(lab)
    export = [sys.executable, "-P", "-m", "autograder", "export", "gradescope", lab, "--out", str(root)]
    subprocess.run(export, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    with zipfile.ZipFile(root / f"{lab}-gradescope.zip") as archive:
        archive.extractall(root / "source")
    (root / "source/run_autograder").replace(root / "run_autograder")
    environment_with(root / "env", [*grading_needs(assignment, "few_label_labs.whl"), "pip"])
    offline = os.environ | {"PIP_NO_INDEX": "1"}
    subprocess.run(["bash", root / "source/setup.sh"], env=offline, check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    """Measure, and print the least of several runs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lab", default="protonet")
    parser.add_argument("--submission", type=Path, default=ROOT / "fixtures/protonet/demo/amara")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--container", type=int, metavar="MB")
    parser.add_argument("--environment", type=Path, metavar="FOLDER")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "autograder")
        laid_out(args.lab, root)
        if args.environment:
            shutil.rmtree(root / "env")
            (root / "env").symlink_to(args.environment.absolute())
        shutil.copytree(args.submission, root / "submission")
        (root / "submission_metadata.json").write_text(json.dumps({"id": 1, "users": [{"name": "Ada"}]}))
        bare = {"PATH": os.environ["PATH"], "HOME": folder}
        home = [
            sys.executable,
            "-P",
            "-m",
            "autograder",
            "grade",
            args.lab,
            args.submission,
            "--workers",
            "1",
        ]
        pairs = []
        for number in range(args.repeats + 1):  # the first at home fills the cache
            here = cost([*home, "--out", Path(folder, f"out{number}")], os.environ)
            there = cost(["bash", root / "run_autograder"], bare)
            pairs.append((here, there))
            score = json.loads((root / "results/results.json").read_text())["score"]
            print(
                f"at home {here.cpu:5.1f} s {here.memory:4.0f} MB, there {there.cpu:5.1f} s "
                f"{there.memory:4.0f} MB, {score:g} points",
                flush=True,
            )
        here_cpu = min(here.cpu for here, _ in pairs[1:])
        there_cpu = min(there.cpu for _, there in pairs[1:])
        print(f"CPU: {there_cpu / here_cpu:.2f} times that at home")
        if args.container:
            with container(args.container) as inside:
                small = cost([*inside, "bash", root / "run_autograder"], bare)
            score = json.loads((root / "results/results.json").read_text())["score"]
            print(f"with {args.container} MB and no more: {small.cpu:.1f} s, {score:g} points")


if __name__ == "__main__":
    main()
