"""A new lab has all its files, and nothing that is there is written over."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from autograder.authoring.build import planned
from autograder.authoring.skeleton import new_assignment, skeleton, write_lab
from autograder.cli import app
from autograder.course.layout import Course, CourseError
from autograder.grading.expectations_file import grader_tasks


def test_a_folder_that_is_no_course_becomes_one_with_a_lab_that_can_be_planned(tmp_path: Path) -> None:
    write_lab(skeleton(new_assignment(tmp_path, "means")))
    lab = Course(tmp_path).assignment("means")
    assert "centred" in planned(lab, grader_tasks(lab))[lab.notebook]
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and "NAME" in path.read_text()]


def test_the_command_goes_into_the_course_named_or_around(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(app, ["--course", "here", "new", "means"]).exit_code == 0
    (tmp_path / "here/notes").mkdir()
    monkeypatch.chdir(tmp_path / "here/notes")
    told = CliRunner().invoke(app, ["new", "medians"]).output
    assert "wrote autograder/graders/medians.toml" in told
    assert Course(tmp_path / "here").names() == ["means", "medians"]


@pytest.mark.parametrize(
    ("name", "told"), [("Means", "cannot be a lab's name"), ("1st", "cannot"), ("means", "is there already")]
)
def test_a_name_that_cannot_be_or_is_taken_is_refused(tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / "solutions/means").mkdir(parents=True)
    with pytest.raises(CourseError, match=told):
        new_assignment(tmp_path, name)
