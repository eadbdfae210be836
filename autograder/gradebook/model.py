"""What the gradebook holds: answers as they were handed in, and what people gave for them. Trusted side.

Both are only ever added to. The newest version of an answer or a mark is the one that counts, and the older
ones are its history.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from autograder.results.schema import ItemResult


def storable(text: str) -> str:
    """The text without NUL, which JSON may hold and PostgreSQL takes none of."""
    return text.replace("\0", "\ufffd")


Text = Annotated[str, AfterValidator(storable)]
Flag = Literal["", "missing", "template", "short"]


class Key(NamedTuple):
    """What one mark is for."""

    assignment: str
    student: str
    task: str


class Mark(BaseModel):
    """What a person gave for one task of one student.

    Attributes:
        items: the task's rubric as it was then, with what was ticked; empty where points were given by hand.
        points: `None` while undecided.
        flagged: to be looked at again.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    items: tuple[ItemResult, ...] = ()
    points: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    comment: Text = ""
    flagged: bool = False

    @property
    def ticked(self) -> tuple[int, ...]:
        """Numbers of the items given, from 1."""
        return tuple(number for number, item in enumerate(self.items, 1) if item.given)


class Entry(BaseModel):
    """One version of a mark, and who made it when.

    Attributes:
        uid: the same in every copy of a gradebook. batch: of what one key press did to several answers.
        session: of the desk that wrote it. undoes: the batch that this takes back.
        answer: digest of the answer that was marked.
        time: UTC, ISO 8601 with microseconds.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    uid: str
    assignment: str
    student: str
    task: str
    version: int
    mark: Mark
    answer: str = ""
    time: str
    author: str
    session: str = ""
    batch: str = ""
    undoes: str = ""

    @property
    def key(self) -> Key:
        return Key(self.assignment, self.student, self.task)


class Answer(BaseModel):
    """One written answer as it was collected: Markdown, its pictures inside as `data:` addresses."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    assignment: str
    student: str
    task: str
    version: int = 1
    text: Text
    flag: Flag
    time: str = ""

    @property
    def key(self) -> Key:
        return Key(self.assignment, self.student, self.task)

    @property
    def digest(self) -> str:
        return hashlib.sha256(f"{self.flag}\0{self.text}".encode()).hexdigest()


class Request(BaseModel):
    """A student's request to look at points again, or an answer to one.

    Attributes:
        uid: the same in every copy of a gradebook. answers: that of the request which this answers.
        author: who wrote it down.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    uid: str
    assignment: str
    student: str
    task: str
    text: Text
    answers: str = ""
    time: str
    author: str

    @property
    def key(self) -> Key:
        return Key(self.assignment, self.student, self.task)


@dataclass(frozen=True)
class Change:
    """A mark to be written in place of the version that its author saw; 0 where there was none."""

    key: Key
    mark: Mark
    seen: int
    answer: str = ""


class Conflict(Exception):
    """Somebody else changed a mark since its author saw it. Nothing was written."""

    def __init__(self, others: Sequence[Entry]) -> None:
        self.others = tuple(others)
        one = self.others[0]
        super().__init__(f"{one.author} changed {one.student}, task {one.task}, in the meantime.")
