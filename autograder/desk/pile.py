"""The answers to one task in the order in which they are read. Trusted side, pure.

The order says nothing about who wrote what and is another one for each task, so that nobody is always read
last; answers that are nearly the same follow each other.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from autograder.desk.alike import alike
from autograder.gradebook.model import Answer, Entry, Key


@dataclass(frozen=True)
class Paper:
    """One answer in the pile.

    Attributes:
        number: from 1. ref: names it in addresses, without the student's name.
        entry: what was given; `None` before anything was.
        alike: numbers of the answers that are nearly the same, without this one.
    """

    number: int
    ref: str
    answer: Answer
    entry: Entry | None
    alike: tuple[int, ...]

    @property
    def done(self) -> bool:
        return self.entry is not None and self.entry.mark.points is not None

    @property
    def flagged(self) -> bool:
        return self.entry is not None and self.entry.mark.flagged

    @property
    def changed(self) -> bool:
        """Whether the answer is not the one that was marked: the student handed in again."""
        return self.done and self.entry is not None and self.entry.answer not in ("", self.answer.digest)

    @property
    def version(self) -> int:
        return self.entry.version if self.entry else 0


def pile(answers: Mapping[Key, Answer], marks: Mapping[Key, Entry]) -> tuple[Paper, ...]:
    """All answers to one task."""
    in_order = sorted(answers.values(), key=lambda answer: ref_of(answer.key))
    texts = tuple(answer.text or f"({answer.flag})" for answer in in_order)
    papers: list[Paper] = []
    for group in _groups(texts):
        numbers = range(len(papers) + 1, len(papers) + 1 + len(group))
        for number, index in zip(numbers, group, strict=True):
            answer = in_order[index]
            others = tuple(other for other in numbers if other != number)
            papers.append(Paper(number, ref_of(answer.key), answer, marks.get(answer.key), others))
    return tuple(papers)


def ref_of(key: Key) -> str:
    """What stands for a student and a task in an address."""
    return hashlib.sha256("\0".join(key).encode()).hexdigest()[:12]


def next_open(papers: Sequence[Paper], after: int = 0) -> Paper | None:
    """The first answer after that number, or from the beginning, that nobody has decided about."""
    waiting = [paper for paper in papers if not paper.done]
    return next((paper for paper in waiting if paper.number > after), waiting[0] if waiting else None)


def used_comments(papers: Sequence[Paper], most: int = 9) -> list[str]:
    """The paragraphs of this task's comments, the commonest first."""
    counts: Counter[str] = Counter()
    for paper in papers:
        if paper.entry:
            parts = (part.strip() for part in paper.entry.mark.comment.split("\n\n"))
            counts.update({part for part in parts if part})
    return [text for text, _ in sorted(counts.items(), key=lambda found: (-found[1], found[0]))[:most]]


@lru_cache(maxsize=64)
def _groups(texts: tuple[str, ...]) -> tuple[tuple[int, ...], ...]:
    return tuple(map(tuple, alike(texts)))
