"""A gradebook as JSON, and two gradebooks made one. Trusted side.

Merging twice adds nothing the second time: each version of a mark has an id that it keeps in every copy.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from autograder.course.layout import CourseError
from autograder.gradebook.book import Author, Gradebook
from autograder.gradebook.model import Answer, Change, Entry, Key, Request


class Export(BaseModel):
    """All of a gradebook."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    schema_: Literal["gradebook-1"] = Field(default="gradebook-1", alias="schema")
    answers: tuple[Answer, ...]
    marks: tuple[Entry, ...]
    requests: tuple[Request, ...] = ()


@dataclass(frozen=True)
class Merged:
    """What a merge did. `clashes`: both sides' last marks where both had gone on by themselves."""

    answers: int
    marks: int
    clashes: tuple[tuple[Entry, Entry], ...]


def export(book: Gradebook) -> Export:
    """Everything, in the order in which it was written."""
    return Export(
        answers=tuple(book.collected()), marks=tuple(book.history()), requests=tuple(book.requests())
    )


def to_json(exported: Export) -> str:
    """Indented JSON with a final newline."""
    return json.dumps(exported.model_dump(by_alias=True), indent=1, ensure_ascii=False) + "\n"


def from_json(text: str | bytes, name: str) -> Export:
    """What `to_json` wrote.

    Raises:
        CourseError: `name` is something else.
    """
    try:
        return Export.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise CourseError(f"{name} is no exported gradebook: {where}: {first['msg']}.") from error


def merge(book: Gradebook, other: Export, author: Author) -> Merged:
    """Take into `book` what `other` has and it has not.

    Where both changed the same mark since they were one, the later change counts, both stay in the history,
    and the mark is flagged to be looked at.
    """
    book.add_requests(other.requests)
    added = book.collect(_new_answers(book, other))
    ours = _by_key(book.history())
    known = {entry.uid for entries in ours.values() for entry in entries}
    clashes = []
    total = 0
    for key, theirs in _by_key(other.marks).items():
        new = [entry for entry in theirs if entry.uid not in known]
        if not new:
            continue
        mine = ours.get(key, [])
        book.add(new)
        total += len(new)
        shared = {entry.uid for entry in theirs}
        if mine and mine[-1].uid not in shared:  # we went on, too
            clashes.append((mine[-1], new[-1]))
            _settle(book, key, mine[-1], new[-1], author)
    return Merged(added, total, tuple(clashes))


def _settle(book: Gradebook, key: Key, mine: Entry, theirs: Entry, author: Author) -> None:
    later = max(mine, theirs, key=lambda entry: entry.time)
    differ = mine.mark != theirs.mark
    mark = later.mark.model_copy(update={"flagged": later.mark.flagged or differ})
    newest = book.marks(key.assignment, key.task)[key]
    if mark != newest.mark:
        book.write([Change(key, mark, newest.version, later.answer)], author)


def _new_answers(book: Gradebook, other: Export) -> list[Answer]:
    """Their newest answers that were collected after ours."""
    newest: dict[Key, Answer] = {}
    for answer in other.answers:
        newest[answer.key] = answer
    here = {
        key: answer
        for assignment in {answer.assignment for answer in other.answers}
        for key, answer in book.answers(assignment).items()
    }
    return [answer for key, answer in newest.items() if key not in here or here[key].time < answer.time]


def _by_key(entries: Sequence[Entry]) -> dict[Key, list[Entry]]:
    found: dict[Key, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.key, []).append(entry)
    return found
