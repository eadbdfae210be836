"""The terminal table and the CSV."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from autograder.reports.table import class_table, grades_csv
from autograder.results.schema import Result
from tests.reports.fake import RUBRIC, make_class, make_result, make_task


def render(results: list[Result], width: int = 100) -> list[str]:
    console = Console(width=width, file=io.StringIO(), color_system=None)
    console.print(class_table(results, RUBRIC, width))
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_a_class_with_eight_tasks_fits_a_hundred_columns() -> None:
    lines = render(make_class())
    assert lines[0].split() == ["student", "+2.3", "3.1", "3.2", "3.3", "3.4", "3.5", "total", "status"]
    assert lines[1].split() == ["ada", "10", "20", "20", "15", "10", "15", "90/100"]
    assert max(map(len, lines)) <= 100
    assert all(any(line.startswith(f" {r.student[:17]}") for line in lines) for r in make_class())


def test_in_a_narrow_terminal_what_went_wrong_stands_below() -> None:
    lines = render(make_class(), 80)
    assert max(map(len, lines)) <= 80
    assert "status" not in lines[0]
    rows = lines[1 : len(make_class()) + 1]
    assert all(any(row.startswith(f" {r.student[:17]}") for row in rows) for r in make_class())
    below = [line for line in lines[len(rows) + 1 :] if line.startswith(" sofie: ")]
    assert "INTERNAL: the grader failed" in below[0]


def test_tasks_that_await_a_person_are_named_below() -> None:
    assert render(make_class())[-1] == " awaiting a person: 1.1, 3.6 (20 points a student)"


def test_our_fault_is_no_zero() -> None:
    row = next(line for line in render(make_class()) if line.startswith(" sofie"))
    assert row.split()[4] == "!"
    assert "INTERNAL" in row


def test_markup_and_escapes_in_names_stay_text() -> None:
    row = render([make_result("[red]x\x1b[2J")])[1]
    assert row.split()[0] == "[red]x\ufffd[2J"


def test_a_class_of_nobody_is_an_empty_table() -> None:
    (header,) = render([])
    assert header.split()[0] == "student"


def test_csv_has_a_column_a_task_and_nothing_where_nothing_is_decided() -> None:
    result = make_result("x", make_task("3.3", "internal"), make_task("3.1", "partial", 2.5))
    rows = list(csv.reader(io.StringIO(grades_csv([result], RUBRIC))))
    header = [
        "student",
        "1.1",
        "2.3",
        "3.1",
        "3.2",
        "3.3",
        "3.4",
        "3.5",
        "3.6",
        "score",
        "max_score",
        "status",
    ]
    assert rows[0] == header
    assert rows[1][:-1] == ["x", "", "10", "2.5", "20", "", "10", "15", "", "57.5", "100"]


@pytest.mark.parametrize(
    "name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x","y")', "＝1"]
)
def test_csv_holds_no_formula(name: str) -> None:
    rows = list(csv.reader(io.StringIO(grades_csv([make_result(name)], RUBRIC))))
    assert rows[1][0][0] == "'"


@given(name=st.text(), problem=st.text())
def test_csv_keeps_its_shape_whatever_the_text(name: str, problem: str) -> None:
    result = make_result(name, problems=[problem], rest="error")
    rows = list(csv.reader(io.StringIO(grades_csv([result], RUBRIC))))
    assert [len(row) for row in rows] == [12, 12]
    assert not rows[1][0].startswith(("=", "+", "-", "@"))


def test_csv_quotes_everything() -> None:
    """A spreadsheet that splits at semicolons finds no formula behind one all the same."""
    assert '"x;\'=1+1"' in grades_csv([make_result("x;=1+1")], RUBRIC)
    assert '"x; 1"' in grades_csv([make_result("x; 1")], RUBRIC)
