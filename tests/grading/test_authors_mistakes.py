"""A mistake in a lab's own files is its author's, and told with file and line."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.skeleton import new_assignment, skeleton, write_lab
from autograder.course.layout import Assignment
from autograder.grading.authors_mistakes import authors_mistake
from autograder.sandbox import CellError
from autograder.sandbox.answers import Answer, StudentError

KEY = ("centred", "sample/three_samples")


@pytest.fixture
def lab(tmp_path: Path) -> Assignment:
    made = new_assignment(tmp_path, "means")
    write_lab(skeleton(made))
    return made


def told(lab: Assignment, error: StudentError | None, cells: tuple[CellError, ...] = ()) -> str:
    return str(authors_mistake(lab, "reference", KEY, Answer("error", error=error), cells))


def test_of_the_probe_with_its_line_and_a_case_s_fields(lab: Assignment) -> None:
    message = told(lab, StudentError("KeyError", "'feature'", given="probes.py:8"))
    assert message.startswith(f"{lab.probes}:8: KeyError: 'feature'; the case has: features, where")


def test_of_the_reference_with_the_master_s_line(lab: Assignment) -> None:
    message = told(lab, StudentError("NameError", "name 'x' is not defined", "means.ipynb, cell 3", 4))
    line = lab.master.read_text().split("\n").index("    return features - features.mean(dim=0)") + 1
    assert message.startswith(f"{lab.master}:{line}: NameError: name 'x' is not defined, where")


def test_of_a_cell_that_did_not_run(lab: Assignment) -> None:
    cells = (CellError("means.ipynb, cell 2", 1, "ModuleNotFoundError", "No module named 'torchh'"),)
    line = lab.master.read_text().split("\n").index("import torch") + 1
    assert told(lab, None, cells) == f"{lab.master}:{line}: ModuleNotFoundError: No module named 'torchh'."


def test_of_what_a_probe_returns(lab: Assignment) -> None:
    message = told(lab, StudentError("TypeError", "A probe returns a dict of observations, not list."))
    assert message.startswith(f"{lab.probes}:7: TypeError: A probe returns a dict of observations, not list,")


def test_of_a_case_for_a_probe_that_is_not_there(lab: Assignment) -> None:
    lab.probes.write_text(lab.probes.read_text().replace("def centred", "def centered"))
    message = told(lab, StudentError("AttributeError", "module has no attribute"))
    assert message.startswith(
        f"{lab.sample_dir / 'three_samples.json'}:1: no function of {lab.probes} is called"
    )


@pytest.mark.parametrize(
    ("file", "old", "new", "place"),
    [
        ("assignments/example/probes.py", 'case["features"]', 'case["feature"]', "probes.py:8: KeyError"),
        ("assignments/example/probes.py", 'case["features"]', "case[", "probes.py:8: SyntaxError"),
        ("autograder/graders/test_example.py", '"means"]', '"mean"]', "test_example.py:10: the grader fails"),
        ("autograder/graders/test_example.py", "task(", "tusk(", "test_example.py:6: the graders cannot be"),
    ],
)
def test_a_command_says_so(
    course: Path, tmp_path: Path, run: Any, file: str, old: str, new: str, place: str
) -> None:
    shutil.copytree(course, tmp_path / "course")
    path = tmp_path / "course" / file
    path.write_text(path.read_text().replace(old, new))
    ran = run(tmp_path / "course", "verify")
    assert ran.returncode == 1
    assert ran.stderr.startswith("The lab is broken: ")
    assert place in ran.stderr
    assert "internal" not in ran.stderr
    assert "Traceback" not in ran.stderr


def test_so_does_one_that_keeps_what_a_summary_gives(course: Path, tmp_path: Path, run: Any) -> None:
    shutil.copytree(course, tmp_path / "course")
    path = tmp_path / "course/autograder/graders/test_example.py"
    summary = (
        "\n\n@summary('class_means')\ndef seen(answer, case):\n    return {'the means': answer['means']}\n"
    )
    path.write_text(path.read_text().replace(" import ", " import summary, ", 1) + summary)
    ran = run(tmp_path / "course", "verify")
    assert ran.returncode == 1
    assert ran.stderr.startswith(
        "The lab is broken: The summary of `class_means`'s answers: 'the means' cannot"
    )
    assert "Traceback" not in ran.stderr


def test_a_grader_s_mistake_is_no_student_s(
    course: Path, tmp_path: Path, run: Any, hand_in: Any, right: str
) -> None:
    shutil.copytree(course, tmp_path / "course")
    path = tmp_path / "course/autograder/graders/test_example.py"
    path.write_text(path.read_text().replace("expected[", "expcted[", 1))
    folder = hand_in(tmp_path / "handed-in", {"ada": right})
    ran = run(tmp_path / "course", "grade", "example", folder, "--out", tmp_path / "graded")
    assert ran.returncode == 3
    assert "The lab is broken: " in ran.stderr
    assert "test_example.py:11: the grader fails: NameError" in ran.stderr
    page = (tmp_path / "graded/report/ada.html").read_text()
    assert "That is not your fault" in page
    assert "NameError" not in page
