"""What the machine refuses is one sentence with the path, and looking makes nothing."""

from pathlib import Path

import pytest

from autograder.cli import told_of_the_machine
from autograder.course.layout import CourseError
from autograder.gradebook import open_gradebook


def test_a_fault_of_the_machine_is_told_with_its_path() -> None:
    said = told_of_the_machine(OSError(28, "No space left on device", "graded/results/ada.partial"))
    assert said.startswith("graded/results/ada.partial: No space left on device. ")
    assert "kept" in said
    assert told_of_the_machine(OSError("odd")).startswith("odd. ")


def test_looking_makes_no_gradebook(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="there is no such file"):
        open_gradebook(f"sqlite:///{tmp_path}/other.db", make=False)
    assert not list(tmp_path.iterdir())
    (tmp_path / "empty.db").touch()
    with pytest.raises(CourseError, match="holds no gradebook"):
        open_gradebook(f"sqlite:///{tmp_path}/empty.db", make=False)
