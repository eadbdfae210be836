"""Points back from a spreadsheet: all of them, or a sentence."""

from pathlib import Path

import pytest

from autograder.course.layout import CourseError
from autograder.gradebook import Gradebook
from autograder.gradebook.from_table import Given, changes_in, read_table
from tests.gradebook.made import ANN
from tests.reports.fake import RUBRIC, make_result


def table(folder: Path, text: str) -> Path:
    path = folder / "points.csv"
    path.write_text(text, encoding="utf-8-sig")  # as a spreadsheet saves it
    return path


def test_a_row_for_each_or_a_column_for_each(tmp_path: Path) -> None:
    long = table(tmp_path, "student,task,points,comment\nada,1.1,7.5,Well said.\nben,1.1,,\n")
    assert read_table(long, RUBRIC) == [Given("ada", "1.1", 7.5, "Well said.")]
    wide = table(tmp_path, 'student;1.1;3.1;score\n"ada";"7,5";20;27\n')
    assert read_table(wide, RUBRIC) == [Given("ada", "1.1", 7.5), Given("ada", "3.1", 20)]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("student,task,points\nada,1.1,11\n", "line 2: 1.1 has 0 to 10 points, not '11'"),
        ("student,task,points\nada,1.1,many\n", "not 'many'"),
        ("student,task,points\nada,9.9,1\n", "there is no task '9.9'"),
        ("name,points\nada,1\n", "needs the columns"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(CourseError, match=says):
        read_table(table(tmp_path, text), RUBRIC)


def test_only_what_differs_is_changed(book: Gradebook) -> None:
    results = [make_result("ada")]
    given = [Given("ada", "1.1", 7.5), Given("ada", "3.1", 20)]  # she has the 20 already
    (change,) = changes_in(given, results, book)
    assert (change.key.task, change.mark.points, change.seen) == ("1.1", 7.5, 0)
    book.write([change], ANN)
    (again,) = changes_in([Given("ada", "1.1", 8)], results, book)
    assert again.seen == 1
