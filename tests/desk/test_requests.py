"""Requests at the desk: listed, typed in, answered with points and without."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from autograder.desk.app import desk_app
from autograder.desk.desk import Desk
from autograder.desk.requests import Inbox
from autograder.desk.whole import Whole
from autograder.gradebook import Answer, Author, Gradebook, gradebook_of
from autograder.gradebook.model import Change, Key, Mark
from tests.desk.test_whole import LAB, QUESTION, graded

__all__ = ["graded"]  # the fixture

HERE = "/t0k3n/requests"


@pytest.fixture
def book(graded: Path) -> Iterator[Gradebook]:
    book = gradebook_of(graded)
    book.collect([Answer(assignment="protonet", student="ada", task="2.1", text="So.", flag="short")])
    yield book
    book.close()


@pytest.fixture
def client(graded: Path, book: Gradebook) -> TestClient:
    author = Author("ann", "a")
    desk = Desk(book, "protonet", "ProtoNet", [QUESTION], author, lambda: None)
    inbox = Inbox(book, "protonet", LAB.rubric, graded, author, lambda: None)
    return TestClient(desk_app(desk, "t0k3n", Whole(LAB, graded), inbox), base_url="http://127.0.0.1:8000")


def typed(client: TestClient, task: str, text: str, student: str = "ada") -> str:
    """Note a request, and where it is answered."""
    client.post(HERE, data={"student": student, "task": task, "text": text}).raise_for_status()
    return str(re.findall(r'action="(/t0k3n/requests/\w+)"', client.get(HERE).text)[-1])


def test_a_request_is_typed_listed_answered_and_gets_points(client: TestClient, book: Gradebook) -> None:
    there = typed(client, "3.1", "The loss <i>was</i> right.")
    page = client.get(HERE).text
    assert "The loss &lt;i&gt;was&lt;/i&gt; right." in page
    assert ">ada<" not in page  # names are hidden here, too
    done = client.post(there, data={"text": "It was. See 3.2.", "points": "7,5"})
    assert "It was. See 3.2." in done.text
    assert [entry.mark.points for entry in book.marks("protonet", "3.1").values()] == [7.5]
    assert [row.author for row in book.requests()] == ["ann", "ann"]


def test_the_answer_on_the_page_says_that_somebody_asked(client: TestClient, book: Gradebook) -> None:
    there = typed(client, "2.1", "I said more than that.")
    page = client.get("/t0k3n/").text
    assert "I said more than that." in page
    assert "Answer it" in page
    client.post(there, data={"text": "Not about this.", "points": ""}).raise_for_status()
    assert "Answer it" not in client.get("/t0k3n/").text
    assert not book.marks("protonet")


def test_a_request_about_code_leads_to_the_notebook(client: TestClient) -> None:
    there = typed(client, "3.1", "Why?")
    assert f'href="{there}/notebook#here"' in client.get(HERE).text
    assert "the request about 3.1" in client.get(f"{there}/notebook").text


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"student": "noor", "task": "3.1", "text": "Why?"}, "There is no student"),
        ({"student": "ada", "task": "9.9", "text": "Why?"}, "needs a task of the lab"),
        ({"student": "ada", "task": "3.1", "text": " "}, "needs a task of the lab and a sentence"),
    ],
)
def test_what_cannot_be_noted_is_told(
    client: TestClient, book: Gradebook, form: dict[str, str], told: str
) -> None:
    answered = client.post(HERE, data=form)
    assert answered.status_code == 422
    assert told in answered.text
    assert not book.requests()


@pytest.mark.parametrize("points", ["a few", "1e9", "-1", "nan"])
def test_an_answer_with_impossible_points_changes_nothing(
    client: TestClient, book: Gradebook, points: str
) -> None:
    there = typed(client, "3.1", "Why?")
    assert client.post(there, data={"text": "So.", "points": points}).status_code == 422
    assert len(book.requests()) == 1
    assert not book.marks("protonet")


def test_an_answer_does_not_overwrite_points_that_it_has_not_seen(
    client: TestClient, book: Gradebook
) -> None:
    there = typed(client, "3.1", "Why?")
    (seen,) = re.findall(r'name="seen" value="(\d+)"', client.get(HERE).text)
    bert = Change(Key("protonet", "ada", "3.1"), Mark(points=4.0), int(seen))
    book.write([bert], Author("bert", "b"))
    late = client.post(there, data={"text": "So.", "points": "1", "seen": seen})
    assert late.status_code == 409
    assert [entry.mark.points for entry in book.marks("protonet", "3.1").values()] == [4.0]
    (now,) = re.findall(r'name="seen" value="(\d+)"', late.text)
    client.post(there, data={"text": "So.", "points": "1", "seen": now}).raise_for_status()
    assert [entry.mark.points for entry in book.marks("protonet", "3.1").values()] == [1.0]
