"""The gradebook: reads what counts now, adds what is new, keeps everything. Trusted side."""

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import Connection, Engine, Integer, RowMapping, Select, Table, cast, func, insert, select
from sqlalchemy.exc import IntegrityError

from autograder.gradebook.engine import open_engine, writing
from autograder.gradebook.model import Answer, Change, Conflict, Entry, Key, Mark, Request
from autograder.gradebook.schema import answers, marks, requests
from autograder.results.schema import ItemResult

T = TypeVar("T")

_TRIES = 20
_MANY = 500  # values in one query
_ITEMS = TypeAdapter(tuple[ItemResult, ...])


@dataclass(frozen=True)
class Author:
    """Who writes, and from which desk: changes of the same session never conflict with each other."""

    name: str
    session: str = ""


class Gradebook:
    """One database of answers, marks and requests. Every method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = writing(engine)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    # -- reading ------------------------------------------------------------------------------------------

    def assignments(self) -> list[str]:
        """The labs that there is something about."""
        with self._engine.connect() as db:
            found = {row[0] for table in (answers, marks) for row in db.execute(select(table.c.assignment))}
        return sorted(found)

    def answers(self, assignment: str, task: str | None = None) -> dict[Key, Answer]:
        """The newest version of each answer."""
        with self._engine.connect() as db:
            return {answer.key: answer for answer in map(_answer, _newest(db, answers, assignment, task))}

    def handed_in(self, assignment: str) -> dict[str, int]:
        """How many students' answers there are to each task."""
        count = func.count(answers.c.student.distinct())
        query = select(answers.c.task, count).where(answers.c.assignment == assignment)
        with self._engine.connect() as db:
            return {row[0]: row[1] for row in db.execute(query.group_by(answers.c.task))}

    def tally(self, assignment: str) -> dict[str, tuple[int, int]]:
        """How many marks of each task have points, and how many are flagged."""
        newest = _newest_of(marks, assignment).subquery()
        flagged = func.sum(cast(newest.c.flagged, Integer))
        query = select(newest.c.task, func.count(newest.c.points), flagged).group_by(newest.c.task)
        with self._engine.connect() as db:
            return {row[0]: (row[1], row[2]) for row in db.execute(query)}

    def newest_answer(self, assignment: str, task: str) -> int:
        """A number that is another one as soon as an answer to this task has been added."""
        same = (answers.c.assignment == assignment) & (answers.c.task == task)
        with self._engine.connect() as db:
            return db.execute(select(func.max(answers.c.id)).where(same)).scalar() or 0

    def marks(self, assignment: str, task: str | None = None) -> dict[Key, Entry]:
        """The newest version of each mark."""
        with self._engine.connect() as db:
            return {entry.key: entry for entry in map(_entry, _newest(db, marks, assignment, task))}

    def outdated(self, assignment: str) -> frozenset[Key]:
        """What has points that were given for another answer than the one that is there now."""
        given = {
            key: one
            for key, one in self.marks(assignment).items()
            if one.answer and one.mark.points is not None
        }
        newest = _newest_of(answers, assignment).subquery()
        with self._engine.connect() as db:
            # Pictures make answers large: only those that came after the points are read.
            times = {
                Key(assignment, row[0], row[1]): row[2]
                for row in db.execute(select(newest.c.student, newest.c.task, newest.c.time))
            }
            later = {key for key, entry in given.items() if times.get(key, "") > entry.time}
            if not later:
                return frozenset()
            students = {key.student for key in later}
            found = [_answer(row) for row in _newest(db, answers, assignment, students=students)]
        return frozenset(one.key for one in found if one.key in later and one.digest != given[one.key].answer)

    def history(
        self, assignment: str | None = None, student: str | None = None, task: str | None = None
    ) -> list[Entry]:
        """Every version of every mark, or of those asked for, as they came."""
        query = select(marks).order_by(marks.c.id)
        for column, wanted in (("assignment", assignment), ("student", student), ("task", task)):
            if wanted is not None:
                query = query.where(marks.c[column] == wanted)
        with self._engine.connect() as db:
            return [_entry(row) for row in db.execute(query).mappings()]

    def collected(self) -> list[Answer]:
        """Every version of every answer."""
        with self._engine.connect() as db:
            return [_answer(row) for row in db.execute(select(answers).order_by(answers.c.id)).mappings()]

    def requests(self, assignment: str | None = None) -> list[Request]:
        """Every request and every answer to one, of one lab or of all, as they came."""
        query = select(requests).order_by(requests.c.id)
        if assignment is not None:
            query = query.where(requests.c.assignment == assignment)
        with self._engine.connect() as db:
            return [Request(**_without_id(row)) for row in db.execute(query).mappings()]

    # -- writing ------------------------------------------------------------------------------------------

    def collect(self, collected: Iterable[Answer]) -> int:
        """Add the answers that are not those which lie here already; returns how many were added."""
        collected = list(collected)
        students = {answer.student for answer in collected}

        def add_new(db: Connection) -> int:
            here = {
                answer.key: answer
                for assignment in {answer.assignment for answer in collected}
                for answer in map(_answer, _newest(db, answers, assignment, students=students))
            }
            rows = []
            for answer in collected:
                before = here.get(answer.key)
                if before is None or before.digest != answer.digest:
                    version = before.version + 1 if before else 1
                    added = answer.model_copy(update={"version": version, "time": answer.time or now()})
                    here[answer.key] = added
                    rows.append(added.model_dump())
            if rows:
                db.execute(insert(answers), rows)
            return len(rows)

        return self._transact(add_new)

    def write(self, changes: Sequence[Change], author: Author, undoes: str = "") -> list[Entry]:
        """Write all of these marks, or none.

        Args:
            undoes: the batch that they take back.

        Raises:
            Conflict: another session wrote one of them since its version was seen.
        """
        made = {"time": now(), "batch": new_id(), "undoes": undoes}
        made |= {"author": author.name, "session": author.session}

        def write_all(db: Connection) -> list[Entry]:
            entries, others = [], []
            for change in changes:
                before = _history_of(db, change.key)
                if _by_others(before, change.seen, author):
                    others.append(before[-1])
                version = before[-1].version + 1 if before else 1
                what = {"uid": new_id(), "version": version, "mark": change.mark, "answer": change.answer}
                entries.append(Entry.model_validate(change.key._asdict() | what | made))
            if others:
                raise Conflict(others)
            _insert(db, entries)
            return entries

        return self._transact(write_all)

    def add(self, entries: Sequence[Entry]) -> None:
        """Add versions that were made elsewhere, after those which are here, in this order.

        Those that are here already are left out.
        """

        def add_new(db: Connection) -> None:
            last: dict[Key, int] = {}
            known: set[str] = set()
            added = []
            for entry in entries:
                if entry.key not in last:
                    before = _history_of(db, entry.key)
                    last[entry.key] = before[-1].version if before else 0
                    known |= {one.uid for one in before}
                if entry.uid not in known:
                    last[entry.key] += 1
                    added.append(entry.model_copy(update={"version": last[entry.key]}))
            _insert(db, added)

        self._transact(add_new)

    def add_requests(self, rows: Sequence[Request]) -> int:
        """Add requests and answers that are not here yet; returns how many were."""

        def add_new(db: Connection) -> int:
            here = {row[0] for row in db.execute(select(requests.c.uid))}
            new = [row.model_dump() for row in rows if row.uid not in here]
            if new:
                db.execute(insert(requests), new)
            return len(new)

        return self._transact(add_new)

    def _transact(self, body: Callable[[Connection], T]) -> T:
        """Run `body` in a transaction that may write; again where another process's came first.

        SQLite makes the second one wait. PostgreSQL lets both begin, and one of them finds its version taken.
        """
        for _ in range(_TRIES - 1):
            try:
                with self._writing.begin() as db:
                    return body(db)
            except IntegrityError:
                continue
        with self._writing.begin() as db:
            return body(db)


def open_gradebook(url: str, make: bool = True) -> Gradebook:
    """The gradebook at a database's address; a new one where there is none, unless `make` is off.

    Raises:
        CourseError: it cannot be opened; says why.
    """
    return Gradebook(open_engine(url, make))


def now() -> str:
    """The time in UTC, as it stands in the gradebook."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def new_id() -> str:
    """An id that nothing else has."""
    return uuid.uuid4().hex


def _by_others(newest: Sequence[Entry], seen: int, author: Author) -> bool:
    """Whether a version after the one seen comes from another session."""
    return any(
        entry.version > seen and not (author.session and entry.session == author.session) for entry in newest
    )


def _newest(
    db: Connection,
    table: Table,
    assignment: str,
    task: str | None = None,
    students: Collection[str] = (),
) -> Sequence[RowMapping]:
    """The rows of the highest version, by student and task; of all `students` where none is named."""
    query = _newest_of(table, assignment, task, students).order_by(table.c.student, table.c.task)
    return db.execute(query).mappings().all()


def _newest_of(
    table: Table, assignment: str, task: str | None = None, students: Collection[str] = ()
) -> Select[Any]:
    key = (table.c.assignment, table.c.student, table.c.task)
    last = select(*key, func.max(table.c.version).label("version")).where(table.c.assignment == assignment)
    if task is not None:
        last = last.where(table.c.task == task)
    if 0 < len(students) <= _MANY:
        last = last.where(table.c.student.in_(students))
    best = last.group_by(*key).subquery()
    on = [table.c[name] == best.c[name] for name in ("assignment", "student", "task", "version")]
    return select(table).join(best, on[0] & on[1] & on[2] & on[3])


def _history_of(db: Connection, key: Key) -> list[Entry]:
    same = [marks.c[name] == value for name, value in key._asdict().items()]
    return [
        _entry(row) for row in db.execute(select(marks).where(*same).order_by(marks.c.version)).mappings()
    ]


def _insert(db: Connection, entries: Sequence[Entry]) -> None:
    if entries:
        db.execute(insert(marks), [_row(entry) for entry in entries])


def _row(entry: Entry) -> dict[str, Any]:
    row = entry.model_dump(exclude={"mark"}) | entry.mark.model_dump(exclude={"items"})
    return row | {"items": _ITEMS.dump_json(entry.mark.items).decode()}


def _entry(row: Mapping[Any, Any]) -> Entry:
    values = {name: row[name] for name in row if name not in ("id", "items")}
    mark = {name: values.pop(name) for name in ("points", "comment", "flagged")}
    return Entry(**values, mark=Mark(items=_ITEMS.validate_json(row["items"]), **mark))


def _answer(row: Mapping[Any, Any]) -> Answer:
    return Answer(**_without_id(row))


def _without_id(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {name: row[name] for name in row if name != "id"}
