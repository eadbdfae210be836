"""Requests to look at points again: a student's sentence about a task, and what was answered. Trusted side.

Both are rows that are only ever added, so that the gradebook's history has them. The last answer counts.
"""

import csv
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.course.layout import CourseError
from autograder.course.rubric import Rubric
from autograder.gradebook.book import Gradebook, new_id, now
from autograder.gradebook.model import Key, Request

_MOST = 20_000  # characters of a request or an answer


@dataclass(frozen=True)
class Asked:
    """A request with the answer that counts; `None` while it is open."""

    request: Request
    answer: Request | None = None


def asked(rows: Iterable[Request]) -> list[Asked]:
    """The requests in the order in which they came, the open ones first."""
    rows = list(rows)
    answers = {row.answers: row for row in rows if row.answers}
    found = [Asked(row, answers.get(row.uid)) for row in rows if not row.answers]
    return sorted(found, key=lambda one: one.answer is not None)


def ask(book: Gradebook, wanted: Sequence[tuple[Key, str]], author: str) -> int:
    """Add requests, each a sentence about what a key names; returns how many are new.

    A request that is there with the same words is the same one.
    """
    here = {
        (row.key, row.text) for lab in {key.assignment for key, _ in wanted} for row in book.requests(lab)
    }
    new = dict.fromkeys(one for one in wanted if one not in here)
    rows = [Request(uid=new_id(), **key._asdict(), text=text, time=now(), author=author) for key, text in new]
    book.add_requests(rows)
    return len(rows)


def answer(book: Gradebook, request: Request, text: str, author: str) -> Request:
    """Answer a request; one that was answered already gets a newer answer."""
    update = {"uid": new_id(), "text": text, "answers": request.uid, "time": now(), "author": author}
    row = Request.model_validate(request.model_dump() | update)
    book.add_requests([row])
    return row


def read_requests(path: Path, rubric: Rubric) -> list[tuple[str, str, str]]:
    """Student, task and sentence of each request in a CSV, or in the `[[request]]` tables of a TOML file.

    Raises:
        CourseError: it cannot be read, or one of them names no student, no task of the lab or no reason.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        rows = tomllib.loads(text).get("request", []) if path.suffix == ".toml" else _table(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CourseError(f"{path} cannot be read: {error}") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise CourseError(f"{path} needs a table [[request]] for each, with student, task and request.")
    found = []
    for number, row in enumerate(rows, 1):
        said = {str(head).strip().casefold(): str(cell or "").strip() for head, cell in row.items()}
        student = said.get("student", "").removeprefix("'")
        sentence = said.get("request") or said.get("text", "")
        if not student or not sentence or len(sentence) > _MOST:
            raise CourseError(f"{path}, request {number}: it needs a student, a task and a request in words.")
        if said.get("task") not in rubric.tasks:
            tasks = ", ".join(rubric.tasks)
            raise CourseError(
                f"{path}, request {number}: there is no task {said.get('task')!r}; there is: {tasks}."
            )
        found.append((student, said["task"], sentence))
    return found


def _table(text: str) -> list[dict[str, Any]]:
    head = text.partition("\n")[0]
    lines = text.splitlines(keepends=True)  # a sentence in quotes may have several
    return list(csv.DictReader(lines, delimiter=max(",;\t", key=head.count), restval=""))
