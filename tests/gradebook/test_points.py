"""Results with the points that people gave."""

from pathlib import Path

import pytest

from autograder.course.layout import CourseError
from autograder.gradebook import (
    Answer,
    Change,
    Gradebook,
    Key,
    Mark,
    existing_gradebook,
    gradebook_of,
    with_manual_points,
)
from autograder.gradebook.place import _without_password
from autograder.reports.store import read_results
from autograder.reports.table import grades_csv
from autograder.results.schema import ItemResult
from tests.gradebook.made import ANN, give
from tests.reports.fake import RUBRIC, make_result

KEY = Key("protonet", "ada", "1.1")


def full(points: float, **more: str) -> Mark:
    return Mark(items=(ItemResult(text="says why", points=10, given=points == 10),), points=points, **more)


def test_points_items_and_comment_are_in_the_task_and_the_score_follows(book: Gradebook) -> None:
    result = make_result("ada")
    give(book, full(10, comment="Well said."), key=KEY)
    (with_points,) = with_manual_points([result], book)
    task = with_points.tasks[0]
    assert (task.status, task.score, task.comment) == ("passed", 10, "Well said.")
    assert task.items[0].given
    assert with_points.score == result.score + 10
    assert with_points.tasks[1:] == result.tasks[1:]


def test_a_part_of_the_points_and_none(book: Gradebook) -> None:
    for points, status in ((2.5, "partial"), (0.0, "failed")):
        give(book, full(points), key=KEY)
        assert with_manual_points([make_result("ada")], book)[0].tasks[0].status == status


def test_undecided_stays_pending_with_its_comment(book: Gradebook) -> None:
    give(book, Mark(comment="Come and see me."), key=KEY)
    task = with_manual_points([make_result("ada")], book)[0].tasks[0]
    assert (task.status, task.score, task.comment) == ("pending", 0, "Come and see me.")


def test_a_person_stands_above_the_grader(book: Gradebook) -> None:
    book.write([Change(Key("protonet", "ada", "3.1"), Mark(points=12, comment="see mail"), 0)], ANN)
    (result,) = with_manual_points([make_result("ada")], book)
    task = next(task for task in result.tasks if task.id == "3.1")
    assert (task.status, task.score) == ("partial", 12)


def test_points_for_an_earlier_answer_say_so(book: Gradebook) -> None:
    def answered(text: str) -> Answer:
        answer = Answer(assignment="protonet", student="ada", task="1.1", text=text, flag="")
        book.collect([answer])
        return answer

    first = answered("what I thought")
    book.write([Change(KEY, full(10), 0, first.digest)], ANN)
    (same,) = with_manual_points([make_result("ada")], book)
    assert not same.tasks[0].outdated
    answered("what I think now")
    (changed,) = with_manual_points([make_result("ada")], book)
    assert [task.id for task in changed.tasks if task.outdated] == ["1.1"]
    assert "1.1 answered anew since the points were given" in grades_csv([changed], RUBRIC)
    answered("what I thought")  # the first one again: the points are for it
    (back,) = with_manual_points([make_result("ada")], book)
    assert not back.tasks[0].outdated


def test_the_others_are_as_they_were(book: Gradebook) -> None:
    give(book, full(10), key=KEY)
    give(book, full(10), key=Key("another_lab", "noor", "1.1"))
    noor = make_result("noor")
    assert with_manual_points([noor], book) == [noor]


def test_results_are_read_with_them_and_stay_the_machines_on_disk(tmp_path: Path) -> None:
    (tmp_path / "results").mkdir()
    path = tmp_path / "results" / "ada.json"
    path.write_text(make_result("ada").to_json())
    before = path.read_bytes()
    book = gradebook_of(tmp_path)
    give(book, full(10), key=KEY)
    book.close()
    results = read_results(tmp_path)
    assert results[0].tasks[0].score == 10
    assert grades_csv(results, RUBRIC).splitlines()[1].startswith('"ada","10"')
    assert path.read_bytes() == before


def test_a_folder_remembers_its_gradebook_without_the_password(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'elsewhere.sqlite'}"
    book = gradebook_of(tmp_path / "graded", url)
    give(book, full(10), key=KEY)
    book.close()
    again = gradebook_of(tmp_path / "graded")
    assert KEY in again.marks("protonet")
    again.close()
    assert (tmp_path / "graded" / "gradebook.url").read_text() == f"{url}\n"
    assert _without_password("postgresql://ann:geheim@db/course") == "postgresql://ann@db/course"


def test_points_are_not_lost_from_sight_by_naming_another_database(tmp_path: Path) -> None:
    book = gradebook_of(tmp_path)
    give(book, full(10), key=KEY)
    book.close()
    with pytest.raises(CourseError, match="leave --gradebook out"):
        gradebook_of(tmp_path, f"sqlite:///{tmp_path / 'elsewhere.sqlite'}")
    assert not (tmp_path / "elsewhere.sqlite").exists()
    assert existing_gradebook(tmp_path / "results") is None
    assert not (tmp_path / "results").exists()
