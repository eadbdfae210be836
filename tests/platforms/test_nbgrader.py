"""Grades in the gradebook of the installed nbgrader, read back through its own API."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from autograder.course.layout import CourseError
from autograder.platforms.nbgrader import hand_out, open_gradebook, write_grades
from autograder.results.class_list import Student
from tests.reports.fake import make_result, make_task

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),  # of nbgrader's own queries
]
REPORT = make_task("3.6", "passed", 5)


def test_each_task_is_a_grade_and_the_total_is_ours(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/gradebook.db"
    tasks = (
        make_task("1.1", "passed", 7).model_copy(update={"comment": "Well argued."}),
        make_task("2.3"),  # a bonus
        REPORT,
        make_task("3.2", "partial", 8, misconception="squared", hint="Take the distance itself."),
    )
    result = make_result("ada", *tasks)
    assert write_grades([result], {}, url) == 1
    with open_gradebook(url) as book:
        name = result.assignment
        submission = book.find_submission(name, "ada")
        assert submission.score == result.score
        assert submission.max_score == result.max_score
        assert not submission.needs_manual_grade
        assert book.find_grade("task-1.1", name, name, "ada").manual_score == 7
        assert book.find_grade("task-2.3", name, name, "ada").extra_credit == 10
        assert book.find_comment("task-1.1", name, name, "ada").comment == "Well argued."
        assert book.find_comment("task-3.2", name, name, "ada").comment == "Take the distance itself."


def test_written_again_the_grades_are_the_new_ones(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/gradebook.db"
    entry = Student(student="ada", platform="nbgrader", identity="al123")
    write_grades([make_result("ada", REPORT)], {"ada": entry}, url)
    with open_gradebook(url) as book:
        assert book.find_submission("protonet", "al123").needs_manual_grade
    again = make_result("ada", make_task("1.1", "passed", 3), REPORT, rest="failed")
    write_grades([again], {"ada": entry}, url)
    with open_gradebook(url) as book:
        assert [student.id for student in book.students] == ["al123"]
        submission = book.find_submission("protonet", "al123")
        assert submission.score == 8
        assert not submission.needs_manual_grade


def test_a_full_disk_leaves_no_half_of_a_gradebook(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """SQLite says the same where it may have no more pages: here at each of several moments."""
    url, pages = f"sqlite:///{tmp_path}/gradebook.db", 0

    def limited(connection: Any, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(Engine, "connect", limited)
    request.addfinalizer(lambda: event.remove(Engine, "connect", limited))
    for pages in (1, 30, 55):
        with pytest.raises(OSError, match="full") as full:
            write_grades([make_result(f"student {n}") for n in range(20)], {}, url)
        assert full.value.filename == f"{tmp_path}/gradebook.db"
        assert not list(tmp_path.iterdir()), pages


def test_the_environment_need_not_be_activated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("alembic") is None
    write_grades([make_result("ada", REPORT)], {}, f"sqlite:///{tmp_path}/gradebook.db")
    assert os.environ["PATH"] == str(tmp_path)


def test_a_gradebook_that_cannot_be_opened_is_one_sentence(tmp_path: Path) -> None:
    more = make_result("ada")
    result = more.model_copy(update={"tasks": more.tasks[:3]})
    with pytest.raises(CourseError, match="nbgrader refuses"):
        write_grades([result], {}, f"sqlite:///{tmp_path}/no/such/folder.db")
    write_grades([result], {}, f"sqlite:///{tmp_path}/gradebook.db")
    with pytest.raises(CourseError, match="made without these tasks"):
        write_grades([more], {}, f"sqlite:///{tmp_path}/gradebook.db")


def test_pages_lie_where_nbgrader_releases_them_from_but_for_another_attempt(tmp_path: Path) -> None:
    pages, course = tmp_path / "feedback", tmp_path / "course"
    pages.mkdir()
    results = [make_result(name) for name in ("ada", "ben", "cem")]
    students = {
        one.student: Student(
            student=one.student, platform="nbgrader", identity=one.student, handed_in="Monday"
        )
        for one in results
    }
    for name, when in (("ada", "Monday\n"), ("ben", "Tuesday\n"), ("cem", "Monday\n")):
        collected = course / "submitted" / name / "protonet"
        collected.mkdir(parents=True)
        (collected / "timestamp.txt").write_text(when)
        (collected / "submission_secret.txt").write_text(f"of {name}")
        (collected / "protonet.ipynb").touch()
    for name in ("ada", "ben"):
        (pages / f"{name}.html").write_text(f"<p>{name}</p>")
    assert [one.student for one in hand_out(results, students, pages, course)] == ["ben", "cem"]
    (folder,) = (course / "feedback").glob("*/*")
    assert folder.parent.name == "ada"
    assert {path.name: path.read_text() for path in folder.iterdir()} == {
        "protonet.html": "<p>ada</p>",
        "timestamp.txt": "Monday\n",
        "submission_secret.txt": "of ada",
    }
