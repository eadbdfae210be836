"""Grades all hostile submissions as one class, with honest ones between them, and keeps what came of it."""

import csv
import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.master import read_master
from autograder.authoring.notebook import solved_notebook
from autograder.course.layout import Assignment
from autograder.results.schema import Result
from autograder.sandbox.levels import available
from data_utils.cases import case_probe
from tests.labs.alone import alone
from tests.hostile.corpus import HONEST, Graded, attacks
from tests.commands import command_line, results_in

COURSE = Path(__file__).parents[2]
LIMITS = "\n[limits]\ncells_seconds = 3\ncell_seconds = 1\nprobe_seconds = 1\nmemory_mb = 1024\n"
SAMPLES = "accuracy", "loss_five_classes", "proxy_anchor"  # of the probes that take least
WORKERS = 6  # many of them wait, and that takes no processor
HIDDEN = "COURSE_SECRET"
# Shared folders hold what others make, so of these the very names that the corpus writes are looked for.
ELSEWHERE = tuple(
    folder / name
    for folder in map(Path, ("/", "/tmp", "/root", "/home", "/dev/shm", "/autograder"))
    for name in (
        "bomb-went-off", "escaped.txt", "escaped-absolute.txt", "results", "results.json", "grades.csv",
        "answers", "gradebook.sqlite", "huge", "slow.py", ".cache/few-label-labs/expectations/protonet.zip",
    )
)  # fmt: skip
CHECKPOINT = "protonet-trained.pth"


@pytest.fixture(scope="session", params=["best", pytest.param("landlock", marks=pytest.mark.thorough)])
def graded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graded]:
    """The class, graded at the best level of this machine, or at one by name."""
    asked = () if request.param == "best" else ("--sandbox", request.param)
    if asked and (why := available()[request.param]):
        pytest.skip(f"level {request.param} does not work here: {why}")
    root = tmp_path_factory.mktemp("hostile")
    course = _course(root / "course")
    room = root / "hostile-class"
    room.mkdir()
    notebook, stub, files = _work(course)
    for number in range(HONEST):
        _hand_in(room / f"honest-{number}", notebook, f"mine = {number}", files)
    for attack in attacks():
        if attack.path.parent.name == "broken":
            fresh = json.loads(json.dumps(notebook))
            _module(attack.path).build(room, attack.name, fresh, dict(files))
        elif attack.constant("BASE", "reference") == "stub":
            _hand_in(room / attack.name, stub, attack.source, {})
        else:
            _hand_in(room / attack.name, notebook, attack.source, files)
    scratch = Path(tempfile.mkdtemp(prefix="hostile-scratch-"))
    watched = course, room, scratch
    before = _listing(watched)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("\0hostile-class")
        listener.listen()
        ran = subprocess.run(
            command_line("grade", "protonet", room, "--out", root / "out", "--workers", WORKERS, *asked),
            cwd=course,
            env=os.environ | {"TMPDIR": str(scratch), HIDDEN: "hidden"},
            capture_output=True,
            text=True,
            timeout=3600,  # a hang is a failure, too
        )
    changed = before.symmetric_difference(_listing(watched))
    left = _processes_with(str(scratch))
    results = results_in(root / "out")
    table = (
        (root / "out/grades.csv").read_text(encoding="utf-8-sig")
        if (root / "out/grades.csv").exists()
        else ""
    )
    rows = {row["student"]: row for row in csv.DictReader(table.splitlines())}
    yield Graded(root / "out", ran.returncode, ran.stdout, ran.stderr, results, rows, tuple(changed), left)
    shutil.rmtree(scratch, ignore_errors=True)


def _course(root: Path) -> Path:
    """The ProtoNet lab alone, with less patience, a secret case for each probe, three sample cases, and no
    mistakes that have names: it is run often.
    """
    lab = alone("protonet", root)
    asked = set()
    for path in sorted((lab.fixtures_dir / "secret").glob("*.json")):
        probe = case_probe(path.read_text())
        if probe in asked:
            path.unlink()
        asked.add(probe)
    for path in (lab.fixtures_dir / "sample").glob("*.json"):
        if path.stem not in SAMPLES:
            path.unlink()
    with open(lab.rubric, "a") as rubric:
        rubric.write(LIMITS)
    return root


def _work(course: Path) -> tuple[dict[str, Any], dict[str, Any], dict[str, bytes]]:
    lab = Assignment(course, "protonet")
    solved = json.loads(solved_notebook(read_master(lab.master), "protonet"))
    files = {CHECKPOINT: (lab.solution_dir / "files" / CHECKPOINT).read_bytes()}
    return solved, json.loads(lab.notebook.read_text()), files


def _hand_in(folder: Path, notebook: dict[str, Any], source: str, files: dict[str, bytes]) -> None:
    cell = {"cell_type": "code", "id": "own", "metadata": {}, "outputs": [], "execution_count": None}
    folder.mkdir()
    mine = notebook | {"cells": [*notebook["cells"], cell | {"source": source}]}
    (folder / "protonet.ipynb").write_text(json.dumps(mine))
    for name, data in files.items():
        (folder / name).write_bytes(data)


def _module(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(f"broken_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _listing(folders: tuple[Path, ...]) -> set[str]:
    """Everything below the folders with its size, and what the corpus tries to write elsewhere."""
    found = {str(path) for path in ELSEWHERE if path.exists()}
    for folder in folders:
        for path in folder.rglob("*"):
            if "__pycache__" not in path.parts:
                found.add(f"{path} {path.lstat().st_size if path.is_file() else ''}")
    return found


def _processes_with(mark: str) -> tuple[str, ...]:
    """Processes that were started with the mark in their environment and are still there."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (entry / "environ").read_bytes():
                found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return tuple(found)
