"""Who is in the class, on the command line, over results that lie there."""

from pathlib import Path

import pytest
from click.testing import Result as Ran
from typer.testing import CliRunner

from autograder.cli import app
from autograder.course.layout import CourseError
from autograder.reports.store import read_results
from tests.reports.fake import make_result

ROOT = Path(__file__).parents[2]


def run(*arguments: object) -> Ran:
    return CliRunner().invoke(app, ["--course", str(ROOT), *map(str, arguments)])


@pytest.fixture
def graded(tmp_path: Path) -> Path:
    (tmp_path / "results").mkdir()
    for student in ("ada", "ben", "benjamin"):
        (tmp_path / f"results/{student}.json").write_text(make_result(student).to_json())
    return tmp_path


def test_a_list_decides_and_tells_who_is_missing(graded: Path) -> None:
    listed = graded / "list.csv"
    listed.write_text("student,id,name\nada,1,Ada\nbenjamin,2,Ben\n,3,Cleo\n")
    done = run("class", graded, listed)
    assert done.exit_code == 0, done.output
    assert "Not handed in (1): Cleo." in done.output
    assert "Not in the class list, so left out, though nothing of theirs is deleted (1): ben." in done.output
    assert [result.shown for result in read_results(graded)] == ["Ada", "Ben"]
    grades = (graded / "grades.csv").read_text(encoding="utf-8-sig")
    assert '"ada","Ada",' in grades
    assert '"3","Cleo",' in grades
    assert "Not handed in (1): Cleo." in (graded / "report/index.html").read_text()
    assert (graded / "results/ben.json").exists()


def test_a_renamed_student_keeps_the_points_that_people_gave(graded: Path) -> None:
    points = graded / "points.csv"
    points.write_text("student,task,points\nben,1.1,7.5\n")
    assert "1 of 1 differ" in run("gradebook", "read", graded, points).output
    asked = graded / "asked.csv"
    asked.write_text("student,task,request\nben,1.1,Why?\n")
    run("gradebook", "requests", graded, asked)
    done = run("gradebook", "rename", graded, "ben", "benjamin")
    assert "gave ben, for 1 of the tasks and 1 request to look again;" in done.output, done.output
    found = {result.student: result.tasks[0].score for result in read_results(graded)}
    assert found == {"ada": 0, "benjamin": 7.5}


def test_a_typo_is_told(graded: Path) -> None:
    (graded / "points.csv").write_text("student,task,points\nadda,1.1,7.5\n")
    done = run("gradebook", "read", graded, graded / "points.csv")
    assert isinstance(done.exception, CourseError)
    assert "Did you mean ada?" in str(done.exception)
    assert not (graded / "gradebook.sqlite").exists()
