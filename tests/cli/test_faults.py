"""What the machine refuses is one sentence with the path, and looking makes nothing."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import event

from autograder.cli import told_of_the_machine
from autograder.course.layout import CourseError
from autograder.course.whole import written_whole
from autograder.gradebook import Author, Change, Gradebook, Key, Mark, open_gradebook
from autograder.gradebook.engine import open_engine


def test_a_fault_of_the_machine_is_told_with_its_path() -> None:
    said = told_of_the_machine(OSError(28, "No space left on device", "graded/results/ada.partial"))
    assert said.startswith("graded/results/ada.partial: No space left on device. ")
    assert "kept" in said
    assert told_of_the_machine(OSError("odd")).startswith("odd. ")


def test_what_could_not_be_copied_is_told_by_its_first_file() -> None:
    why = "[Errno 28] No space left on device: 'download/x.ipynb' -> 'class/x.ipynb'"
    said = told_of_the_machine(shutil.Error([("download/x.ipynb", "class/x.ipynb", why), ("", "", "")]))
    assert said.startswith("class/x.ipynb: No space left on device. What was")


def test_a_file_is_there_whole_or_as_it_was(tmp_path: Path) -> None:
    """A full disk names no path."""
    path = tmp_path / "grades.csv"

    def write(text: str) -> None:
        with written_whole(path) as unfinished:
            unfinished.write_text(text[:4])
            if len(text) > 4:
                raise OSError(28, "No space left on device")

    write("then")
    with pytest.raises(OSError, match="No space left") as full:
        write("and now")
    assert full.value.filename == str(path)
    assert {one.name: one.read_text() for one in tmp_path.iterdir()} == {"grades.csv": "then"}
    write("now")
    assert {one.name: one.read_text() for one in tmp_path.iterdir()} == {"grades.csv": "now"}


def test_a_full_disk_leaves_the_gradebook_as_it_was(tmp_path: Path) -> None:
    """SQLite says the same where it may have no more pages."""
    engine = open_engine(f"sqlite:///{tmp_path}/gradebook.sqlite")
    engine.dispose()
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA max_page_count = 1"))
    book = Gradebook(engine)
    long = Change(Key("lab", "ada", "1.1"), Mark(points=1, comment="x" * 100_000), 0)
    with pytest.raises(OSError, match="full") as full:
        book.write([long], Author("ann"))
    assert full.value.filename == f"{tmp_path}/gradebook.sqlite"
    assert book.marks("lab") == {}


def test_looking_makes_no_gradebook(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="there is no such file"):
        open_gradebook(f"sqlite:///{tmp_path}/other.db", make=False)
    assert not list(tmp_path.iterdir())
    (tmp_path / "empty.db").touch()
    with pytest.raises(CourseError, match="holds no gradebook"):
        open_gradebook(f"sqlite:///{tmp_path}/empty.db", make=False)
