"""What an author's notebook of another grader holds, in our terms. Trusted side, pure."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from autograder.authoring.imported.regions import as_words


@dataclass(frozen=True)
class Text:
    """A Markdown cell, as it is."""

    source: str


@dataclass(frozen=True)
class Given:
    """A code cell that students get as it is."""

    source: str


@dataclass(frozen=True)
class Test:
    """A cell of tests. `hidden` are its lines, from 1, that students do not see."""

    __test__ = False  # not a pytest class

    source: str
    hidden: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Question:
    """What students answer.

    Attributes:
        name: as its author calls it. text: Markdown that asks it, without a heading of ours.
        answers: the reference's code cells with our markers in them or, of a written one, its Markdown.
    """

    name: str
    points: float
    answers: tuple[str, ...]
    tests: tuple[Test, ...] = ()
    text: str = ""
    written: bool = False

    def by_a_person(self) -> "Question":
        """The same question, whose code nothing of ours looks at."""
        return replace(self, answers=tuple(map(as_words, self.answers)), tests=(), written=True)


Part = Text | Given | Question


@dataclass(frozen=True)
class Imported:
    """A notebook's parts in order, and what a person must do about it, a sentence each."""

    parts: tuple[Part, ...]
    todo: tuple[str, ...] = ()

    def left_to_a_person(self, tasks: Collection[str]) -> "Imported":
        """The same with these tasks a person's, and a sentence about each."""
        silent = [self.questions()[task] for task in tasks]
        parts = [
            part.by_a_person() if isinstance(part, Question) and part in silent else part
            for part in self.parts
        ]
        told = [
            f"{question.name}: none of its tests compares what a call gives, so a person is to grade it. For "
            'a machine, make it kind = "code", and write a probe, cases and a grader.'
            for question in silent
        ]
        return replace(self, parts=tuple(parts), todo=(*self.todo, *told))

    def questions(self) -> dict[str, Question]:
        """The questions by the ids that the lab gives them: 1, 2, ..."""
        asked = [part for part in self.parts if isinstance(part, Question)]
        return {str(number): question for number, question in enumerate(asked, 1)}
