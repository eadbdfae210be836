"""What is published while somebody grades, and what the report calls a change."""

import threading
from pathlib import Path

from autograder.desk.publisher import Publisher
from autograder.gradebook import Key, Mark, gradebook_of
from autograder.reports.publish import Session, publish
from autograder.reports.store import read_results
from tests.gradebook.made import give
from tests.reports.fake import RUBRIC, make_class


def test_grades_come_at_once_and_pages_when_the_keys_rest() -> None:
    graded, paged, calls = threading.Event(), threading.Event(), []

    def soon() -> None:
        calls.append("grades")
        graded.set()

    def later() -> None:
        calls.append("pages")
        paged.set()

    publisher = Publisher(soon, later, quiet=0.01)
    publisher.changed()
    assert graded.wait(60)
    assert paged.wait(60)
    publisher.close()
    assert calls[:2] == ["grades", "pages"]
    assert calls[-2:] == ["grades", "pages"]


def test_what_changed_last_is_published_before_the_end() -> None:
    state, seen = [0], []
    publisher = Publisher(lambda: None, lambda: seen.append(state[0]), quiet=1_000)
    for value in range(1, 100):
        state[0] = value
        publisher.changed()
    publisher.close()
    assert seen == [99]


def test_a_publication_that_fails_does_not_end_the_desk() -> None:
    seen: list[str] = []

    def fail() -> None:
        raise OSError("the disk is full")

    publisher = Publisher(fail, lambda: seen.append("pages"), quiet=0.01)
    publisher.changed()
    publisher.close()
    assert seen


def test_a_session_is_one_change(tmp_path: Path) -> None:
    (tmp_path / "results").mkdir()
    for result in make_class():
        (tmp_path / "results" / f"{result.student}.json").write_text(result.to_json())
    publish(read_results(tmp_path), RUBRIC, tmp_path)
    session = Session(RUBRIC, tmp_path)
    book = gradebook_of(tmp_path)
    for student in ("ada", "benno"):
        give(book, Mark(points=7), key=Key("protonet", student, "1.1"))
        session.grades()
        session.everything()
    book.close()
    rows = (tmp_path / "grades.csv").read_text("utf-8-sig").splitlines()
    assert rows[1].startswith('"ada","7"')
    page = (tmp_path / "report" / "index.html").read_text()
    for student in ("ada", "benno"):
        assert f"{student}</a>, 1.1: nothing → 7" in page
