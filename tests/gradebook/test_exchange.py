"""A gradebook as JSON, and two that become one."""

import json

import pytest

from autograder.course.layout import CourseError
from autograder.gradebook import Gradebook, open_gradebook
from autograder.gradebook.exchange import export, from_json, merge, to_json
from tests.gradebook.conftest import NewUrl
from tests.gradebook.made import ADA, ANN, BEN, NOOR, answer, give, mark, ticks


@pytest.fixture
def other(new_url: NewUrl) -> Gradebook:
    return open_gradebook(new_url())


def test_a_copy_by_json_is_the_same(book: Gradebook, other: Gradebook) -> None:
    book.collect([answer(), answer("noor", "Ü ≠ 🙂")])
    give(book, mark(1, comment="=1+1"))
    give(book, mark(2, flagged=True), BEN)
    text = to_json(export(book))
    assert json.loads(text)["schema"] == "gradebook-1"
    assert merge(other, from_json(text, "x.json"), ANN).marks == 2
    assert to_json(export(other)) == text


def test_merging_again_adds_nothing(book: Gradebook, other: Gradebook) -> None:
    give(other, mark(1))
    for expected in (1, 0):
        merged = merge(book, export(other), ANN)
        assert (merged.marks, merged.clashes) == (expected, ())


def test_each_side_gets_what_the_other_did_to_other_answers(book: Gradebook, other: Gradebook) -> None:
    give(book, mark(1))
    give(other, mark(2), BEN, NOOR)
    assert not merge(book, export(other), ANN).clashes
    assert not merge(other, export(book), ANN).clashes
    assert {key: e.mark for key, e in book.marks("paper").items()} == {
        key: e.mark for key, e in other.marks("paper").items()
    }


def test_who_went_on_from_the_others_change_wins(book: Gradebook, other: Gradebook) -> None:
    give(book, mark(1))
    merge(other, export(book), ANN)
    give(other, mark(1, 2), BEN)
    assert not merge(book, export(other), ANN).clashes
    assert book.marks("paper")[ADA].mark.ticked == (1, 2)
    assert not book.marks("paper")[ADA].mark.flagged


def test_where_both_went_on_the_later_counts_and_somebody_looks_at_it(
    book: Gradebook, other: Gradebook
) -> None:
    give(other, mark(2), BEN)
    give(book, mark(1))  # later
    merged = merge(book, export(other), ANN)
    assert [(mine.author, theirs.author) for mine, theirs in merged.clashes] == [("ann", "ben")]
    now = book.marks("paper")[ADA].mark
    assert (now.ticked, now.flagged) == ((1,), True)
    assert ticks(book.history()) == [(1,), (2,), (1,)]
    again = merge(book, export(other), ANN)
    assert (again.marks, again.clashes) == (0, ())


@pytest.mark.parametrize("text", ["", "{}", '{"schema": "gradebook-2", "answers": [], "marks": []}'])
def test_something_else_is_refused_by_name(text: str) -> None:
    with pytest.raises(CourseError, match=r"x\.json is no exported gradebook"):
        from_json(text, "x.json")
