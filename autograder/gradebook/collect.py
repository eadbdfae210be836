"""From submissions to answers in the gradebook, with a flag on those that hardly are any. Trusted side.

A flag is a word to whoever grades, and never a point more or less.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from autograder.gradebook.model import Answer, Flag

# Half of the shortest sample answer in the course: the weak one of protonet's 2.2 has 38 words.
SHORT = 20

_DATA = re.compile(r"data:image/[\w+.-]+;base64,[A-Za-z0-9+/=\s]*")
# Scripts without spaces between words count by characters.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+")


@dataclass(frozen=True)
class HandedIn:
    """A student's written answers by task, as `Submission.written` has them."""

    student: str
    written: Mapping[str, str]


def collected(assignment: str, tasks: Iterable[str], handed_in: Iterable[HandedIn]) -> list[Answer]:
    """An answer for every student and every written task, be it missing."""
    tasks = list(tasks)
    return [
        Answer(assignment=assignment, student=one.student, task=task, text=text or "", flag=_flag(text))
        for one in handed_in
        for task in tasks
        for text in [one.written.get(task)]
    ]


def words(text: str) -> int:
    """How many words an answer has; a picture's data is none."""
    return len(_WORD.findall(_DATA.sub(" ", text)))


def _flag(text: str | None) -> Flag:
    if text is None:
        return "missing"
    if not text:
        return "template"
    return "short" if words(text) < SHORT else ""
