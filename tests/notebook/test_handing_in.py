"""What the last cell of a notebook says is still missing."""

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from autograder.authoring.master import read_master
from autograder.authoring.notebook import solved_notebook
from autograder.course.layout import Assignment
from autograder.notebook.handing_in import hand_in, what_is_missing

ROOT = Path(__file__).parents[2]


@pytest.fixture
def students(tmp_path: Path) -> Assignment:
    """What a student has of the ProtoNet lab."""
    for name in ("assignments/protonet", "autograder/graders"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return Assignment(tmp_path, "protonet")


def missing(students: Assignment) -> list[str]:
    return what_is_missing(students, students.notebook.read_bytes())


def test_a_stub_misses_everything(students: Assignment) -> None:
    todo, untrained = missing(students)
    assert todo == (
        "Nothing is written yet, in the notebook as it was last saved, for "
        "1.1, 2.1, 2.2, 2.3, 3.1, 3.2, 3.4, 3.6."
    )
    assert untrained == "No trained weights (*.pth) lie beside the notebook, for 3.5."


def test_a_whole_one_misses_nothing(
    students: Assignment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    master = read_master(Assignment(ROOT, "protonet").master)
    students.notebook.write_text(solved_notebook(master, "protonet"))
    assert [told.split(" (")[0] for told in missing(students)] == ["No trained weights"]
    (students.public_dir / "network.pth").write_bytes(b"")
    assert missing(students) == []
    monkeypatch.chdir(students.public_dir)
    hand_in("protonet")
    this, told, where = capsys.readouterr().out.splitlines()
    assert this.startswith("This is protonet.ipynb, as it was saved at ")
    assert told == "Every task has an answer, right or wrong."
    with zipfile.ZipFile(where.removeprefix("Hand in ")) as archive:
        assert archive.namelist() == ["protonet.ipynb", "network.pth"]
        assert archive.read("protonet.ipynb") == students.notebook.read_bytes()


def test_what_is_no_longer_where_it_was_is_told(students: Assignment) -> None:
    given = json.loads(students.notebook.read_text())
    students.fixtures_dir.mkdir(parents=True)
    shutil.copy(students.notebook, students.fixtures_dir / "handed-out.ipynb")
    cells = [cell for cell in given["cells"] if cell["id"] != "answer-2-3"]
    next(cell for cell in cells if cell["id"] == "answer-3-1")["cell_type"] = "markdown"
    at = next(number for number, cell in enumerate(cells) if cell["id"] == "answer-1-1")
    cells.insert(at + 1, {"cell_type": "markdown", "metadata": {}, "source": "The answer, below its cell."})
    cells.append({"cell_type": "markdown", "metadata": {}, "source": "Something else, at the end."})
    students.notebook.write_text(json.dumps(given | {"cells": cells}))
    assert missing(students)[:-1] == [
        "Nothing is written yet, in the notebook as it was last saved, for 2.1, 2.2, 3.6.",
        "2.3: The cell of this task is not in the notebook any more.",
        "3.1, 3.2, 3.3, 3.4: The cell of this task is Markdown and no code, so it did not run. "
        "In Jupyter, Escape and then Y makes it code again.",
        "Words of yours below 3.6 stand outside of its answer: move them up, next to it.",
    ]


def test_what_cannot_be_read_is_handed_in_without_a_remark(
    students: Assignment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (students.public_dir / "protonet.ipynb").write_text("{")
    monkeypatch.chdir(students.public_dir)
    hand_in("protonet")
    where = capsys.readouterr().out.splitlines()[1]
    assert Path(where.removeprefix("Hand in ")).exists()


def test_where_there_is_no_notebook_one_is_told_how_to_hand_it_in(
    students: Assignment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On Kaggle the notebook that one works in is no file."""
    students.fixtures_dir.mkdir(parents=True)
    shutil.copy(students.notebook, students.fixtures_dir / "handed-out.ipynb")
    weights = students.public_dir / "network.pth"
    weights.touch()
    monkeypatch.setenv("LAB_OPENED_FROM", str(tmp_path))
    monkeypatch.chdir(students.public_dir)
    hand_in("protonet")
    assert capsys.readouterr().out.endswith(f"from the editor's menu: hand it in and {weights}.\n")
    assert not list(tmp_path.rglob("*.zip"))


def test_outside_of_a_course_one_sentence_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    hand_in("protonet")
    assert "is not inside a course" in capsys.readouterr().out
