"""Requests to look at points again: taken from files, answered, kept, and told in every report."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.course.layout import CourseError
from autograder.gradebook import Key, gradebook_of, open_gradebook
from autograder.gradebook.book import Author
from autograder.gradebook.exchange import export, from_json, merge, to_json
from autograder.gradebook.renaming import rename
from autograder.gradebook.requests import answer, ask, asked, read_requests
from autograder.reports.html import write_report
from autograder.reports.store import read_results
from tests.gradebook.conftest import NewUrl
from tests.reports.fake import RUBRIC, make_result

TASK = next(iter(RUBRIC.tasks))
KEY = Key("lab", "ada", TASK)


def test_a_request_is_open_until_it_is_answered_and_the_last_answer_counts(new_url: NewUrl) -> None:
    book = open_gradebook(new_url())
    other = KEY._replace(student="ben")
    assert ask(book, [(KEY, "Why 3?"), (other, "And mine?"), (KEY, "Why 3?")], "ann") == 2
    assert ask(book, [(KEY, "Why 3?")], "ann") == 0  # the same file, read again
    first = asked(book.requests("lab"))[0]
    for text in ("Let me look.", "You were right: 4."):
        answer(book, first.request, text, "ben")
    rows = asked(book.requests("lab"))
    assert [(one.request.student, one.answer and one.answer.text) for one in rows] == [
        ("ben", None),
        ("ada", "You were right: 4."),
    ]
    assert len(book.requests()) == 4  # nothing is overwritten
    book.close()


def test_merging_takes_requests_in_once(new_url: NewUrl) -> None:
    mine, theirs = open_gradebook(new_url()), open_gradebook(new_url())
    ask(theirs, [(KEY, "Why 3?")], "ann")
    answer(theirs, theirs.requests()[0], "So.", "ben")
    for _ in range(2):
        merge(mine, from_json(to_json(export(theirs)), "theirs"), Author("ann"))
    assert mine.requests() == theirs.requests()
    mine.close()
    theirs.close()


def test_whoever_is_renamed_keeps_requests_and_answers(new_url: NewUrl) -> None:
    book = open_gradebook(new_url())
    ask(book, [(KEY, "Why 3?"), (KEY, "And why not 4?")], "ann")
    answer(book, book.requests()[0], "So.", "ben")
    before = {one.request.text: one for one in asked(book.requests())}
    assert rename(book, "lab", "ada", "4711", Author("ann")) == (0, 2)
    now = {one.request.text: one for one in asked(book.requests()) if one.request.student == "4711"}
    assert {text: one.answer and one.answer.text for text, one in now.items()} == {
        "Why 3?": "So.",
        "And why not 4?": None,
    }
    assert [one.request.time for one in now.values()] == [before[text].request.time for text in now]
    still_open = [one for one in asked(book.requests()) if one.answer is None]
    assert [one.request.student for one in still_open] == ["4711"]
    book.close()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", f'\ufeffstudent,task,request\nada,{TASK},"Why 3?\nI meant 4."\n'),
        ("a.csv", f'student;task;text\nada;{TASK};"Why 3?\nI meant 4."\n'),
        ("a.toml", f'[[request]]\nstudent = "ada"\ntask = "{TASK}"\nrequest = """Why 3?\nI meant 4."""\n'),
    ],
)
def test_requests_come_from_a_table_or_from_toml(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert read_requests(tmp_path / name, RUBRIC) == [("ada", TASK, "Why 3?\nI meant 4.")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("student,task,request\nada,9.9,Why?\n", "request 1: there is no task '9.9'"),
        (f"student,task,request\nada,{TASK},\n", "request 1: it needs a student, a task and a request"),
        ("a,b\n1,2\n", "request 1: it needs a student"),
    ],
)
def test_what_is_no_request_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(CourseError, match=told):
        read_requests(tmp_path / "a.csv", RUBRIC)


def test_reports_list_requests_and_the_students_page_has_the_answer(tmp_path: Path) -> None:
    (tmp_path / "results").mkdir()
    result = make_result("ada")
    (tmp_path / "results/ada.json").write_text(result.to_json())
    task = result.tasks[0].id
    book = gradebook_of(tmp_path)
    ask(book, [(Key(result.assignment, "ada", task), "Why <b>3</b>?")], "ann")
    book.close()
    results = read_results(tmp_path)
    assert results[0].score == result.score
    index = write_report(results, RUBRIC, tmp_path)
    assert "1 of 1 waits for an answer" in index.read_text()
    assert "Why &lt;b&gt;3&lt;/b&gt;?" in index.read_text()
    book = gradebook_of(tmp_path)
    answer(book, book.requests()[0], "So it is.", "ann")
    book.close()
    index = write_report(read_results(tmp_path), RUBRIC, tmp_path)
    assert "0 of 1 wait for an answer" in index.read_text()
    assert "So it is." in (index.parent / "ada.html").read_text()
    assert "requests" not in (tmp_path / "results/ada.json").read_text()


def test_the_command_line_takes_lists_and_answers_them(tmp_path: Path) -> None:
    (tmp_path / "results").mkdir()
    (tmp_path / "results/ada.json").write_text(make_result("ada").to_json())
    (tmp_path / "asked.csv").write_text("student,task,request\nada,3.1,Why so few?\n")

    def said(*arguments: object) -> str:
        done = CliRunner().invoke(app, ["gradebook", *map(str, arguments)])
        if done.exception:
            raise done.exception
        return done.stdout

    assert "1 of 1 are new" in said("requests", tmp_path, tmp_path / "asked.csv", "--author", "ann")
    assert "0 of 1 are new" in said("requests", tmp_path, tmp_path / "asked.csv")
    assert "ada, 3.1: “Why so few?” (open)" in said("requests", tmp_path)
    assert "0 wait for an answer" in said("answer", tmp_path, "ada", "3.1", "Ten more.", "--author", "ben")
    assert "answered by ben: Ten more." in said("requests", tmp_path)
    history = said("history", tmp_path, "--student", "ada")
    assert history.index("asked to be looked at again, “Why so few?”") < history.index(
        "answered, “Ten more.”"
    )
    with pytest.raises(CourseError, match="asked nothing about"):
        said("answer", tmp_path, "ada", "3.2", "So.")
