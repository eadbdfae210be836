"""What can be done at the desk: look at a paper, give for it, take back. Trusted side."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from autograder.desk.marking import on_rubric
from autograder.desk.pile import Paper, pile
from autograder.desk.questions import Question
from autograder.gradebook.book import Author, Gradebook
from autograder.gradebook.model import Answer, Change, Entry, Key, Mark
from autograder.gradebook.undo import undo


class NotHere(Exception):
    """There is no such task or answer."""


@dataclass(frozen=True)
class Progress:
    """How far a task is."""

    question: Question
    done: int
    flagged: int
    total: int


class Desk:
    """One person at one gradebook. Used by several threads; changes happen one after the other.

    Attributes:
        names: whether students' names are shown.
    """

    def __init__(
        self,
        book: Gradebook,
        assignment: str,
        title: str,
        questions: Sequence[Question],
        author: Author,
        changed: Callable[[], None],
    ) -> None:
        """`changed` is called after every change of the gradebook."""
        self.assignment = assignment
        self.title = title
        self.author = author
        self.names = False
        self._book = book
        self._questions = {question.id: question for question in questions}
        self._changed = changed
        self._lock = threading.Lock()
        self._answers: dict[str, tuple[int, dict[Key, Answer]]] = {}

    def question(self, task: str) -> Question:
        """The task called `task`.

        Raises:
            NotHere: there is none.
        """
        if task not in self._questions:
            raise NotHere(f"There is no written task {task}.")
        return self._questions[task]

    def papers(self, task: str) -> tuple[Paper, ...]:
        """The answers to a task in the order in which they are read."""
        self.question(task)
        newest = self._book.newest_answer(self.assignment, task)
        kept = self._answers.get(task)
        if kept is None or kept[0] != newest:  # pictures make answers large: they are read once
            kept = self._answers[task] = newest, self._book.answers(self.assignment, task)
        return pile(kept[1], self._book.marks(self.assignment, task))

    def mark(self, task: str, paper: Paper) -> Mark:
        """What was given for a paper, on today's rubric."""
        return on_rubric(paper.entry.mark if paper.entry else Mark(), self.question(task).items)

    def progress(self) -> list[Progress]:
        """Every written task, and how many of its answers have points."""
        handed_in = self._book.handed_in(self.assignment)
        tally = self._book.tally(self.assignment)
        return [
            Progress(question, *tally.get(question.id, (0, 0)), total=handed_in.get(question.id, 0))
            for question in self._questions.values()
        ]

    def history(self, task: str, paper: Paper) -> list[Entry]:
        """Every change of a paper's mark, the newest first."""
        return self._book.history(self.assignment, paper.answer.student, task)[::-1]

    def change(self, task: str, ref: str, seen: int, intent: Callable[[Mark], Mark]) -> Mark:
        """Apply what somebody wants done who saw version `seen`; what came of it.

        Raises:
            Conflict: another desk changed it since. NotHere: there is no such answer.
        """
        with self._lock:
            paper = _find(self.papers(task), ref)
            now = self.mark(task, paper)
            then = intent(now)
            if then != now or paper.changed:
                self._write([Change(paper.answer.key, then, seen, paper.answer.digest)])
        return then

    def same_for_all(self, task: str, ref: str, seen: dict[str, int]) -> int:
        """Give everything that is nearly the same what this one has; returns for how many.

        Args:
            seen: versions by ref, of all of them.

        Raises:
            Conflict: another desk changed one of them since; then none is changed.
        """
        with self._lock:
            papers = self.papers(task)
            paper = _find(papers, ref)
            mark = self.mark(task, paper)
            others = [papers[number - 1] for number in paper.alike]
            changes = [
                Change(other.answer.key, mark, seen.get(other.ref, 0), other.answer.digest)
                for other in others
                if other.entry is None or other.entry.mark != mark
            ]
            if changes:
                self._write(changes)
        return len(changes)

    def undo(self, task: str) -> list[Paper]:
        """Take back this author's last change of the task; the papers that it was about.

        Raises:
            Conflict: another desk changed one of them since.
        """
        with self._lock:
            entries = undo(self._book, self.assignment, task, self.author)
        if entries:
            self._changed()
        keys = {entry.key for entry in entries}
        return [paper for paper in self.papers(task) if paper.answer.key in keys]

    def _write(self, changes: Sequence[Change]) -> None:
        self._book.write(changes, self.author)
        self._changed()


def _find(papers: Sequence[Paper], ref: str) -> Paper:
    found = next((paper for paper in papers if paper.ref == ref), None)
    if found is None:
        raise NotHere("There is no such answer; it may have been handed in anew.")
    return found
