"""Every output says the same total: terminal, table, pages, and what platforms get."""

import csv
import io
import re
from datetime import datetime
from pathlib import Path

import pytest
from rich.console import Console

from autograder.course.rubric import Late
from autograder.gradebook import Author, Change, Key, Mark, gradebook_of
from autograder.platforms.exports import canvas_grades, moodle_grades, moodle_worksheet
from autograder.platforms.gradescope import gradescope_results
from autograder.platforms.nbgrader import open_gradebook, write_grades
from autograder.reports.html import templates
from autograder.reports.roll import notes
from autograder.reports.store import read_results
from autograder.reports.table import class_table, grades_csv
from autograder.results.class_list import CLASS, Student, write_roster
from autograder.results.late_days import write_rules
from autograder.results.schema import Result
from tests.reports.fake import RUBRIC, make_class, make_result, make_task

DUE = datetime.fromisoformat("2026-10-01T23:59:00+02:00")
RULES = RUBRIC.model_copy(update={"late": Late(due=DUE, per_day=0.1), "drop": 1})
LATE = "2026-10-03 12:00:00 Z"  # two days


@pytest.fixture
def graded(tmp_path: Path) -> Path:
    """A class with late days, an extension, dropped tasks, a bonus, points by hand, and one who left."""
    (tmp_path / "results").mkdir()
    results = [*make_class(), make_result("full", make_task("1.1", "passed")), make_result("gone")]
    for result in results:
        (tmp_path / "results" / f"{result.student}.json").write_text(result.to_json())
    students = [
        Student(student=result.student, platform="canvas", identity=f"{n}", name=f"Name {n}")
        for n, result in enumerate(results)
    ]
    more = {
        "benno": {"handed_in": LATE},
        "chiara": {"handed_in": LATE, "due": datetime.fromisoformat("2026-10-09T00:00:00Z")},
        "gone": {"left": True},
    }
    students = [one.model_copy(update=more.get(one.student, {})) for one in students]
    students.append(Student(student="absent", platform="canvas", identity="99", name="Nora"))
    write_roster(students, tmp_path / CLASS)
    write_rules(RULES, tmp_path)
    book = gradebook_of(tmp_path)
    for student, task, given in (("elif", "3.2", 20.0), ("mio", "1.1", 7.5), ("ada", "1.1", 15.0)):
        book.write([Change(Key("protonet", student, task), Mark(points=given), 0)], Author("ann"))
    book.close()
    return tmp_path


@pytest.fixture
def results(graded: Path) -> list[Result]:
    return read_results(graded)


def totals(results: list[Result]) -> dict[str, float]:
    return {result.shown: result.score for result in results}


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_class_has_something_of_everything(results: list[Result]) -> None:
    said = " ".join(problem for result in results for problem in result.problems)
    assert "2 days late" in said
    assert "not count" in said
    assert any(result.score > result.max_score for result in results)
    assert {result.max_score for result in results} == {100}


def test_the_table_of_grades(graded: Path, results: list[Result]) -> None:
    table = rows(grades_csv(results, RULES))
    assert {row["name"]: float(row["score"]) for row in table} == totals(results)


def test_the_terminal(results: list[Result]) -> None:
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(class_table(results, RULES, console.width))
    found = re.findall(r"^ (Name \d+).*? ([\d.]+)/100 ", console.export_text(), re.MULTILINE)
    assert {name: float(score) for name, score in found} == totals(results)


@pytest.mark.parametrize("page", ["student.html.j2", "feedback.html.j2"])
def test_the_pages_of_students(results: list[Result], page: str) -> None:
    names = {result.student: result.shown for result in results}
    for result in results:
        html = templates(names).get_template(page).render(result=result, rubric=RULES, first=[], pieces=[])
        shown = re.search(r'class="score"><b>([\d.]+)</b> <span>of ([\d.]+)', html)
        assert shown is not None
        assert (float(shown[1]), float(shown[2])) == (result.score, result.max_score)
        assert result.shown in html


def students_of(results: list[Result]) -> dict[str, Student]:
    return {
        one.student: Student(student=one.student, identity=one.student, name=one.shown) for one in results
    }


def test_canvas(results: list[Result]) -> None:
    possible, *table = rows(canvas_grades(results, students_of(results), "Lab").text)
    assert float(possible["Lab"]) == 100
    assert {row["Student"]: float(row["Lab"]) for row in table} == totals(results)


def test_moodle_gets_no_more_than_its_maximum_and_a_word(results: list[Result]) -> None:
    sheet = moodle_grades(results, students_of(results))
    capped = {name: min(score, 100) for name, score in totals(results).items()}
    assert {row["Full name"]: float(row["Grade"]) for row in rows(sheet.text)} == capped
    above = [name for name, score in totals(results).items() if score > 100]
    assert all(name in sheet.said[0] for name in above)
    assert "Feedback comments" not in sheet.text


def test_moodles_own_worksheet_is_filled_in(results: list[Result]) -> None:
    head = "Identifier,Full name,Grade,Maximum Grade,Feedback comments\n"
    theirs = head + "".join(f"Participant {one.student},x,,20.00,See me.\n" for one in results)
    sheet = moodle_worksheet(theirs, results, students_of(results))
    table = {row["Identifier"].removeprefix("Participant "): row for row in rows(sheet.text)}
    for result in results:
        assert float(table[result.student]["Grade"]) == pytest.approx(min(result.score, 100) / 5, abs=0.005)
        assert table[result.student]["Feedback comments"] == (" ".join(result.problems) or "See me.")
    assert sheet.said[0].startswith("Scaled from 100 points to the 20")


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_nbgrader(results: list[Result], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/nb.db"
    write_grades(results, {}, url)
    with open_gradebook(url) as book:
        for result in results:
            one = book.find_submission(result.assignment, result.student)
            assert one.score - one.late_submission_penalty == pytest.approx(result.score)


def test_gradescope(results: list[Result]) -> None:
    assert {one.shown: gradescope_results(one)["score"] for one in results} == totals(results)


def test_who_is_missing_who_left_and_what_is_odd_is_told(graded: Path, results: list[Result]) -> None:
    said = notes(graded, results)
    assert said[0] == "Not handed in (1): Nora."
    assert said[1].startswith("Not in the class list")
    assert "Name 0, 1.1: 15 points were given by hand, and the task has 10 now." in said
    assert any(one.startswith("The grader failed in 3.3 (1): Name 8.") for one in said)
    assert "gone" not in {result.student for result in results}
    absent = [Student(student="absent", name="Nora")]
    assert rows(grades_csv(results, RULES, absent))[-1]["status"] == "not handed in"
