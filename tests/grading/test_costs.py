"""What a grading does, in counts: forks, imports, calls of graders. Seconds are measured in benchmarks/."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.course.layout import Assignment
from autograder.grading.bench import Bench, with_instructors_bench
from autograder.judging.session import Grader, Graders
from autograder.lab.lab import read_lab
from autograder.results.schema import TaskResult
from autograder.sandbox import Call, Job, levels
from autograder.sandbox.answers import decode
from autograder.sandbox.client import ForkServer
from autograder.submission import Cell

Run = Callable[..., Any]
PROBES = """
import os, sys

def process(ns, case):
    return {"pid": os.getpid(), "new": len(set(sys.modules) - ns["before"])}

def again(ns, case):
    return process(ns, case)
"""
CELL = "import sys\nbefore = set(sys.modules)\n"


@pytest.mark.slow
def test_a_fork_for_each_probe_and_kind_of_case_and_no_more(tmp_path: Path) -> None:
    """In a PID namespace of its own, the last process's number says how many there were."""
    if levels.available()["full"]:
        pytest.skip("processes can be counted in a PID namespace only")
    (tmp_path / "probes.py").write_text(PROBES)
    data = '{"schema": "case/1", "probe": "%s"}'
    calls = tuple(
        Call(probe, f"{kind}/{name}", data % probe)
        for probe in ("process", "again")
        for kind in ("sample", "secret")
        for name in "abc"
    )
    job = Job((Cell("a.ipynb", 1, CELL),), calls, tmp_path)
    with ForkServer().start() as server:
        seen = [decode(answer, job.limits).values for answer in server.record(job).answers]
    assert len(seen) == 12
    assert sorted({values["pid"] for values in seen}) == [2, 3, 4, 5]
    assert max(values["new"] for values in seen) <= 2, "a box imports next to nothing: the server has it"


def test_graders_are_asked_once_for_each_case(
    course: Path, hand_in: Any, right: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: Counter[tuple[str, str]] = Counter()
    ask = Graders.ask

    def counted(self: Graders, grader: Grader, *answers: Any) -> Any:
        asked[grader.name, grader.key[1]] += 1
        return ask(self, grader, *answers)

    monkeypatch.setattr(Graders, "ask", counted)
    lab = read_lab(Assignment(course, "example"))
    submission = lab.read(hand_in(tmp_path, {"ann": right}) / "ann.ipynb")

    def body(bench: Bench) -> float:
        recording = server.record(lab.job(submission))

        def broken(task: TaskResult) -> None:
            raise UnicodeEncodeError("ascii", task.title, 0, 1, "a terminal of another kind")

        with pytest.raises(UnicodeEncodeError):  # telling fails, not judging: nobody's result is `internal`
            bench.judged(submission, recording, broken)
        asked.clear()
        return bench.judged(submission, recording).score

    with ForkServer(lab.modules()).start() as server:
        assert with_instructors_bench(lab, server, None, body) == 10
    assert set(asked.values()) == {1}
    assert len(asked) == 2 * len(lab.calls)


@pytest.mark.parametrize("arguments", [["--help"], ["grade", "--help"], ["doctor", "--help"]])
def test_help_imports_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-X", "importtime", "-m", "autograder", *arguments]
    imported = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stderr
    names = {line.rpartition("|")[2].strip().partition(".")[0] for line in imported.splitlines()}
    assert not names & {"torch", "numpy", "pytest", "nbformat", "matplotlib", "sqlalchemy", "distributed"}


def test_judging_again_starts_no_server(
    course: Path, run: Run, hand_in: Any, right: str, tmp_path: Path
) -> None:
    folder = hand_in(tmp_path / "class", {"ann": right})
    assert run(course, "grade", "example", folder, "--out", tmp_path / "graded").returncode == 0
    code = (
        "import sys\n"
        "from autograder.sandbox import client\n"
        "def refuse(*args): raise AssertionError('a server was started')\n"
        "client._Server.__init__ = refuse\n"
        f"sys.argv = ['autograder', 'judge', {str(tmp_path / 'graded')!r}]\n"
        "from autograder.cli import main\n"
        "main()\n"
    )
    ran = subprocess.run([sys.executable, "-P", "-c", code], cwd=course, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert "judged 0, unchanged 1" in ran.stdout
