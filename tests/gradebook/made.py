"""Marks and answers for the gradebook's tests."""

from collections.abc import Sequence

from autograder.gradebook import Answer, Author, Change, Entry, Gradebook, Key, Mark
from autograder.results.schema import ItemResult

ANN, BEN = Author("ann", "a"), Author("ben", "b")
ADA = Key("paper", "ada", "1.1")
NOOR = Key("paper", "noor", "1.1")
TEXTS = (("says why", 4.0), ("says how", 3.5))


def mark(*ticked: int, comment: str = "", flagged: bool = False) -> Mark:
    items = tuple(
        ItemResult(text=text, points=points, given=number in ticked)
        for number, (text, points) in enumerate(TEXTS, 1)
    )
    points = sum(item.points for item in items if item.given) if ticked else None
    return Mark(items=items, points=points, comment=comment, flagged=flagged)


def give(book: Gradebook, what: Mark, by: Author = ANN, key: Key = ADA, seen: int | None = None) -> Entry:
    """Write one mark, having seen what is there now."""
    now = book.marks(key.assignment, key.task).get(key)
    version = (now.version if now else 0) if seen is None else seen
    return book.write([Change(key, what, version)], by)[0]


def answer(student: str = "ada", text: str = "Because it is so.", task: str = "1.1") -> Answer:
    return Answer(assignment="paper", student=student, task=task, text=text, flag="")


def ticks(entries: Sequence[Entry]) -> list[tuple[int, ...]]:
    return [entry.mark.ticked for entry in entries]
