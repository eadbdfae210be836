"""`grader.check(...)`: the checks of a lab by their names, and no exception of ours in a notebook."""

import sys
import types
from pathlib import Path

import pytest

from autograder.course.layout import CourseError
from autograder.notebook.grader import Grader

RUBRIC = """
title = "Means"
tasks."1" = {title = "Why", kind = "written", points = 40}
tasks."2" = {title = "Means", kind = "code", points = 40}
tasks."3" = {title = "Trained", kind = "weights", points = 20}
"""


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "assignments/means").mkdir(parents=True)
    (tmp_path / "autograder/graders").mkdir(parents=True)
    (tmp_path / "autograder/graders/means.toml").write_text(RUBRIC)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_all_are_those_that_are_not_written_and_one_that_cannot_be_had_stops_no_other(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def check(lab: str, task: str, namespace: dict[str, object]) -> None:
        assert namespace is vars(sys.modules["__main__"])
        if task == "2":
            raise CourseError("The sample expectations are missing.")
        print(lab, task)

    stand_in = types.SimpleNamespace(check=check)
    monkeypatch.setitem(sys.modules, "autograder.notebook.check", stand_in)  # type: ignore[arg-type]
    Grader("means").check_all()
    assert capsys.readouterr().out == "The sample expectations are missing.\nmeans 3\n"


def test_outside_of_a_course_it_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Grader("means").check_all()
    assert "is not inside a course" in capsys.readouterr().out
