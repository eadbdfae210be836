"""`autograder gradebook`, and that no later grading loses what a person gave."""

import base64
import csv
import json
from pathlib import Path
from urllib.request import urlopen

import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.course.layout import CourseError
from autograder.gradebook import gradebook_of
from tests.commands import run
from tests.conftest import BeforeReading, too_deep_at
from tests.desk.classroom import LAB, STUDENTS, Opened
from tests.gradebook.conftest import NewUrl


def grades(graded: Path) -> dict[str, dict[str, str]]:
    with open(graded / "grades.csv", newline="", encoding="utf-8-sig") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def said(course: Path, *arguments: object) -> str:
    """What a command prints; the gradebook's own ones run in this process, which is faster."""
    if arguments[0] == "gradebook":
        done = CliRunner().invoke(app, ["--course", str(course), *map(str, arguments)])
        if done.exception:
            raise done.exception
        return done.stdout
    ran = run(course, *arguments)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_grading_collects_answers_and_flags_those_that_hardly_are_any(graded: Path) -> None:
    book = gradebook_of(graded)
    answers = book.answers(LAB)
    book.close()
    assert len(answers) == 3 * len(STUDENTS)
    flags = {key.student: answer.flag for key, answer in answers.items() if key.task == "1.1" and answer.flag}
    assert flags == {"goran": "missing", "hana": "missing", "ines": "template", "kaito": "short"}
    assert not book.marks(LAB)  # a machine scores none of them
    mateo = next(answer for key, answer in answers.items() if key[1:] == ("mateo", "1.1"))
    assert "](data:image/png;base64," in mateo.text
    assert all(row["1.1"] == "" for row in grades(graded).values())


def test_no_later_grading_loses_points(
    reading_course: Path, graded_once: Path, graded: Path, tmp_path: Path
) -> None:
    said(
        reading_course,
        "gradebook",
        "set",
        graded,
        "amara",
        "1.1",
        "--items",
        "1,3",
        "--comment",
        "Well read.",
    )
    machines = {path.name: path.read_bytes() for path in (graded / "results").iterdir()}

    def check() -> None:
        assert grades(graded)["amara"]["1.1"] == "8"
        assert grades(graded)["amara"]["score"] == "8"
        assert grades(graded)["bjorn"]["1.1"] == ""
        assert {path.name: path.read_bytes() for path in (graded / "results").iterdir()} == machines
        for page in (graded / "report").glob("*.html"):
            assert page.name != "amara.html" or ">8</b>" in page.read_text()

    check()
    for again in (["--resume"], ["--force"], []):
        said(reading_course, "grade", LAB, graded_once / "class", "--out", graded, *again)
        check()
    said(reading_course, "judge", graded)
    check()
    (graded / "grades.csv").unlink()
    said(reading_course, "report", graded)
    check()


def test_an_answer_handed_in_anew_keeps_its_points(
    reading_course: Path, graded_once: Path, graded: Path, tmp_path: Path
) -> None:
    said(reading_course, "gradebook", "set", graded, "bjorn", "1.1", "--points", "5.5")
    notebook = json.loads((graded_once / "class/bjorn.ipynb").read_text())
    for cell in notebook["cells"]:
        if cell["id"] == "answer-1-1":
            cell["source"] = "On second thoughts, it is all about prompts and masks that are valid. " * 3
    (tmp_path / "bjorn.ipynb").write_text(json.dumps(notebook))
    said(reading_course, "grade", LAB, tmp_path / "bjorn.ipynb", "--out", graded)
    assert grades(graded)["bjorn"]["1.1"] == "5.5"
    book = gradebook_of(graded)
    versions = [one.version for one in book.collected() if one.key[1:] == ("bjorn", "1.1")]
    book.close()
    assert versions == [1, 2]


def test_show_and_history_tell_who_gave_what_and_when(reading_course: Path, graded: Path) -> None:
    said(reading_course, "gradebook", "set", graded, "amara", "1.1", "--items", "2", "--author", "ann")
    said(reading_course, "gradebook", "set", graded, "amara", "1.1", "--items", "none", "--author", "ben")
    said(reading_course, "gradebook", "set", graded, "amara", "3.1", "--flag", "--author", "ben")
    lines = said(reading_course, "gradebook", "history", graded, "--student", "amara").splitlines()
    assert [line.split(" UTC ")[1] for line in lines] == [
        "ann amara, 1.1: 3 points, items 2",
        "ben amara, 1.1: 0 points",
        "ben amara, 3.1: no points, flagged",
    ]
    shown = said(reading_course, "gradebook", "show", graded, "--task", "1.1")
    assert "1 of 30 have points." in shown
    assert "missing" in shown


def test_two_folders_become_one(
    reading_course: Path, graded: Path, graded_once: Path, tmp_path: Path
) -> None:
    import shutil

    other = shutil.copytree(graded_once / "graded", tmp_path / "other")
    said(reading_course, "gradebook", "set", graded, "amara", "1.1", "--items", "1", "--author", "ann")
    said(reading_course, "gradebook", "set", other, "bjorn", "1.1", "--items", "2", "--author", "ben")
    (tmp_path / "bens.json").write_text(said(reading_course, "gradebook", "show", other, "--json"))
    told = said(reading_course, "gradebook", "merge", graded, tmp_path / "bens.json")
    assert told.strip() == "1 changes and 0 answers taken in, 0 clashes"
    assert (grades(graded)["amara"]["1.1"], grades(graded)["bjorn"]["1.1"]) == ("4", "3")
    assert "0 changes" in said(reading_course, "gradebook", "merge", graded, other)


def test_another_database_is_remembered(
    reading_course: Path, graded_once: Path, tmp_path: Path, new_url: NewUrl
) -> None:
    """Of either kind: grading collects into it, the commands and the desk find it again."""
    url = new_url()
    out = tmp_path / "graded"
    notebooks = [graded_once / f"class/{student}.ipynb" for student in STUDENTS[:2]]
    said(reading_course, "grade", LAB, *notebooks, "--out", out, "--gradebook", url)
    assert not (out / "gradebook.sqlite").exists()
    said(reading_course, "gradebook", "set", out, "amara", "4.1", "--points", "8")
    assert grades(out)["amara"]["4.1"] == "8"
    assert "1 of 6 have points." in said(reading_course, "gradebook", "show", out)
    desk = Opened(reading_course, out, "ann")
    try:
        with urlopen(f"{desk.url}task/4.1") as page:
            assert page.read().decode().count(": 8 points") == 1
    finally:
        desk.kill()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nobody", "1.1", "--points", "1"], "no student 'nobody' here"),
        (["amara", "7.7", "--points", "1"], "no task '7.7'"),
        (["amara", "1.1", "--points", "16"], "15 points at most"),
        (["amara", "1.1", "--items", "1,5"], "numbers from 1 to 4"),
        (["amara", "1.1"], "Say what to set"),
    ],
)
def test_what_cannot_be_set_is_one_sentence(
    reading_course: Path, graded: Path, arguments: list[str], told: str
) -> None:
    with pytest.raises(CourseError, match=told) as error:
        said(reading_course, "gradebook", "set", graded, *arguments)
    assert "\n" not in str(error.value)


def test_the_desk_says_what_is_missing(reading_course: Path, tmp_path: Path) -> None:
    ran = run(reading_course, "desk", tmp_path)
    assert ran.returncode == 2
    assert "Grade first" in ran.stderr


def test_what_a_person_gave_and_said_is_in_the_feedback(reading_course: Path, graded: Path) -> None:
    given = ("amara", "1.1", "--items", "1", "--comment", "Say **what** is special.")
    said(reading_course, "gradebook", "set", graded, *given)
    said(reading_course, "feedback", graded, "--student", "amara")
    page = (graded / "feedback/amara.html").read_text()
    assert "Say **what** is special." in page  # as it was typed
    assert page.index("What you handed in") < page.index('id="task-1.1"')  # beside the answer
    assert page.count('class="sign ok"') == 1
    drawing = (reading_course / f"assignments/{LAB}/architecture.svg").read_bytes()
    assert base64.b64encode(drawing).decode() in page  # the lab's own, which no student hands in


def test_what_a_person_gave_is_in_the_exports(reading_course: Path, graded: Path, tmp_path: Path) -> None:
    said(reading_course, "gradebook", "set", graded, "amara", "1.1", "--items", "1,3")
    roster = tmp_path / "roster.json"
    roster.write_text(json.dumps([{"student": "amara", "platform": "moodle", "identity": "4711"}]))
    said(reading_course, "export", "moodle", graded, "--roster", roster)
    with open(graded / "export/moodle-grades.csv", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["Identifier"], row["Grade"]) == ("Participant 4711", "8")


def test_a_reader_that_fails_is_told_where_all_is_written(
    reading_course: Path, graded_once: Path, tmp_path: Path, before_reading: BeforeReading
) -> None:
    before_reading(too_deep_at("quentin"))
    grade = ["grade", LAB, str(graded_once / "class"), "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(app, ["--course", str(reading_course), *grade])
    assert done.exit_code == 3, done.output
    assert "quentin" in done.output
    assert "RecursionError: too deep" in done.output
