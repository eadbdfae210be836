"""A lab of written tasks alone: no probes, no cases, no graders; every command copes."""

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

MASTER = """# %% [markdown] id="title"
# # A paper

# %% [markdown] id="task-1"
# ## 1 Why  (10 points, easy, 5 minutes)

# %% [markdown] id="answer-1" tags=["written", "task-1"]
# <!-- BEGIN SOLUTION -->
# Because.
#
# - [ ] (10 points) says why
# <!-- END SOLUTION -->
"""
RUBRIC = """title = "A paper"
[tasks.1]
title = "Why"
kind = "written"
points = 10
difficulty = "easy"
minutes = 5
"""


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory, run: Run) -> Path:
    root = tmp_path_factory.mktemp("course")
    for file, text in {
        "solutions/paper/paper.py": MASTER,
        "autograder/graders/paper.toml": RUBRIC,
        "assignments/README.md": "",
    }.items():
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text(text)
    built = run(root, "build")
    assert built.returncode == 0, built.stderr
    return root


def test_what_was_built_is_up_to_date_and_proven(paper: Path, run: Run) -> None:
    assert run(paper, "build", "--check").returncode == 0
    verified = run(paper, "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert "reference 0/0" in verified.stdout


def test_an_answer_awaits_a_person(paper: Path, run: Run, tmp_path: Path) -> None:
    notebook = json.loads((paper / "assignments/paper/paper.ipynb").read_text())
    handed_in = tmp_path / "handed-in"
    handed_in.mkdir()
    shutil.copy(paper / "assignments/paper/paper.ipynb", handed_in / "stub.ipynb")
    for cell in notebook["cells"]:
        if cell["id"] == "answer-1":
            cell["source"] = "Since it is so."
    (handed_in / "ann.ipynb").write_text(json.dumps(notebook))
    graded = run(paper, "grade", "paper", handed_in, "--out", tmp_path / "graded")
    assert graded.returncode == 0, graded.stdout + graded.stderr
    for student in ("ann", "stub"):
        result = json.loads((tmp_path / f"graded/results/{student}.json").read_text())
        assert (result["tasks"][0]["status"], result["score"], result["max_score"]) == ("pending", 0, 10)
    assert not json.loads((tmp_path / "graded/results/ann.json").read_text())["problems"]


def test_students_get_the_notebook(paper: Path, run: Run, tmp_path: Path) -> None:
    assert run(paper, "release", "paper", "--out", tmp_path).returncode == 0
    with zipfile.ZipFile(tmp_path / "paper.zip") as archive:
        assert "paper/assignments/paper/paper.ipynb" in archive.namelist()


def test_a_check_of_a_written_task_says_who_reads_it(paper: Path, run: Run) -> None:
    checked = run(paper, "check", "assignments/paper/paper.ipynb", "--task", "1")
    assert checked.returncode == 0, checked.stderr
    assert checked.stdout == "1 is a written task: a person reads it.\n"
    every = run(paper, "check", "assignments/paper/paper.ipynb")
    assert every.stdout == "There is nothing to check: a person reads all answers of paper.\n"
