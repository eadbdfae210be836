"""The gradebook keeps everything and lets nobody overwrite what they have not seen."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import inspect

from autograder.course.layout import CourseError
from autograder.gradebook import Change, Conflict, Gradebook, Mark, open_gradebook
from autograder.gradebook.engine import open_engine
from autograder.gradebook.schema import metadata
from autograder.gradebook.undo import undo
from tests.gradebook.conftest import NewUrl
from tests.gradebook.made import ADA, ANN, BEN, NOOR, answer, give, mark, ticks


def test_what_was_written_last_counts_and_everything_is_kept(book: Gradebook) -> None:
    give(book, mark(1))
    give(book, mark(1, 2, comment="Ünïcode, “quotes” and\n\nparagraphs 🙂"), BEN)
    now = book.marks("paper")[ADA]
    assert (now.mark.points, now.author, now.version) == (7.5, "ben", 2)
    assert now.mark.comment == "Ünïcode, “quotes” and\n\nparagraphs 🙂"
    history = book.history("paper", "ada", "1.1")
    assert ticks(history) == [(1,), (1, 2)]
    assert [entry.author for entry in history] == ["ann", "ben"]
    assert history[0].time < history[1].time
    assert history[0].time.endswith("+00:00")


def test_who_has_not_seen_anothers_change_does_not_overwrite_it(book: Gradebook) -> None:
    give(book, mark(1))
    with pytest.raises(Conflict) as conflict:
        give(book, mark(2), BEN, seen=0)
    assert conflict.value.others[0].author == "ann"
    assert "ann changed ada, task 1.1" in str(conflict.value)
    assert ticks(book.history()) == [(1,)]


def test_the_same_desk_never_conflicts_with_itself(book: Gradebook) -> None:
    give(book, mark(1))
    give(book, mark(1, 2), seen=0)
    assert book.marks("paper")[ADA].mark.ticked == (1, 2)


def test_of_several_marks_all_are_written_or_none(book: Gradebook) -> None:
    give(book, mark(1), BEN, NOOR)
    with pytest.raises(Conflict):
        book.write([Change(ADA, mark(1), 0), Change(NOOR, mark(2), 0)], ANN)
    assert ADA not in book.marks("paper")


def test_undo_goes_back_step_by_step(book: Gradebook) -> None:
    give(book, mark(1))
    give(book, mark(1, 2))
    give(book, mark(2), key=NOOR)
    assert [entry.key for entry in undo(book, "paper", "1.1", ANN)] == [NOOR]
    assert book.marks("paper")[NOOR].mark.points is None
    undo(book, "paper", "1.1", ANN)
    assert book.marks("paper")[ADA].mark.ticked == (1,)
    undo(book, "paper", "1.1", ANN)
    assert book.marks("paper")[ADA].mark.points is None
    assert undo(book, "paper", "1.1", ANN) == []
    assert len(book.history()) == 6  # nothing is deleted


def test_undo_takes_back_the_whole_group(book: Gradebook) -> None:
    book.write([Change(ADA, mark(1), 0), Change(NOOR, mark(1), 0)], ANN)
    assert len(undo(book, "paper", "1.1", ANN)) == 2
    assert {entry.mark.points for entry in book.marks("paper").values()} == {None}


def test_undo_is_about_ones_own_changes_and_nobody_elses(book: Gradebook) -> None:
    give(book, mark(1))
    give(book, mark(2), BEN)
    with pytest.raises(Conflict):
        undo(book, "paper", "1.1", ANN)
    assert book.marks("paper")[ADA].mark.ticked == (2,)
    undo(book, "paper", "1.1", BEN)
    assert book.marks("paper")[ADA].mark.ticked == (1,)


def test_an_answer_is_kept_when_another_one_is_handed_in(book: Gradebook) -> None:
    assert book.collect([answer(), answer("noor")]) == 2
    assert book.collect([answer(), answer("noor")]) == 0
    assert book.collect([answer(text="No, because of this.")]) == 1
    now = book.answers("paper")[ADA]
    assert (now.text, now.version) == ("No, because of this.", 2)
    assert [one.version for one in book.collected()] == [1, 1, 2]


def test_no_character_of_a_notebook_stops_a_collection(book: Gradebook) -> None:
    """JSON may hold a NUL, which PostgreSQL refuses: one would have kept everybody's answers out."""
    odd = answer(text="So\0 it \x1b[2J is \ufffe\u202e.")
    assert book.collect([odd, answer("noor")]) == 2
    assert book.collect([odd, answer("noor")]) == 0
    assert book.answers("paper")[ADA].text == "So\ufffd it \x1b[2J is \ufffe\u202e."
    give(book, Mark(comment="a\0b"))
    assert book.marks("paper")[ADA].mark.comment == "a\ufffdb"


def test_the_counts_are_those_of_what_counts_now(book: Gradebook) -> None:
    book.collect([answer(), answer("noor"), answer(task="2"), answer(text="Another one.")])
    assert book.handed_in("paper") == {"1.1": 2, "2": 1}
    give(book, mark(1, flagged=True))
    give(book, mark(2, flagged=True))
    give(book, mark(), key=NOOR)
    assert book.tally("paper") == {"1.1": (1, 1)}
    before = book.newest_answer("paper", "2")
    book.collect([answer(text="Once more.")])
    assert book.newest_answer("paper", "2") == before
    book.collect([answer("noor", task="2")])
    assert book.newest_answer("paper", "2") > before


def test_migrations_make_the_tables_that_the_code_expects(new_url: NewUrl) -> None:
    inspected = inspect(open_engine(new_url()))
    for table in metadata.sorted_tables:
        columns = {column["name"]: column for column in inspected.get_columns(table.name)}
        assert list(columns) == [column.name for column in table.columns]
        for column in table.columns:
            assert columns[column.name]["nullable"] == column.nullable, column
        unique = {tuple(one["column_names"]) for one in inspected.get_unique_constraints(table.name)}
        once = ("uid",) if table.name == "request" else ("assignment", "student", "task", "version")
        assert once in unique


def test_a_gradebook_from_before_requests_gets_their_table(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'book.sqlite'}"
    book = open_gradebook(url)
    book.collect([answer(text="Kept.")])
    book.close()
    with sqlite3.connect(tmp_path / "book.sqlite") as database:
        database.execute("DROP TABLE request")
        database.execute("UPDATE alembic_version SET version_num = '0001'")
    book = open_gradebook(url)
    assert [one.text for one in book.collected()] == ["Kept."]
    assert book.requests() == []
    book.close()


def test_a_gradebook_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'book.sqlite'}"
    open_gradebook(url).close()
    with sqlite3.connect(tmp_path / "book.sqlite") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    with pytest.raises(CourseError, match="newer version"):
        open_gradebook(url)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("nonsense", "no database address"),
        ("oracle+nothing://x/y", "no database address"),
        ("postgresql://ann:geheim@localhost:1/none", "cannot be opened"),
        ("sqlite:////nowhere/at/all/book.sqlite", "cannot be opened"),
    ],
)
def test_what_cannot_be_opened_is_one_sentence_without_the_password(url: str, told: str) -> None:
    if "postgresql" in url:
        pytest.importorskip("psycopg", reason="PostgreSQL needs the package psycopg")
    with pytest.raises(CourseError, match=told) as error:
        open_gradebook(url)
    assert "geheim" not in str(error.value)


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "book.sqlite").write_text("dear diary, " * 100)
    with pytest.raises(CourseError, match="cannot be opened"):
        open_gradebook(f"sqlite:///{tmp_path / 'book.sqlite'}")
    assert (tmp_path / "book.sqlite").read_text().startswith("dear diary")
