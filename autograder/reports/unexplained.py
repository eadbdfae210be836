"""Wrong answers that several students share and nothing explains: an author's cue. Trusted side, pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.results.schema import Result, TaskResult

_NUMBER = re.compile(r"-?\d+\.\d+(?:e[-+]?\d+)?")
_SKELETON = '''"""TODO: what was done, as its author would say it. Then what to do instead."""

# {students} students fail "{grader}" alike: {said}
LOSES = {{"{task}"}}
CHANGES = {{"TODO: a text that occurs once in the reference's answers": "TODO: what they wrote in its place"}}
'''


@dataclass(frozen=True)
class Unexplained:
    """One wrong answer: whose, which check it fails first, and what that says of it."""

    task: str
    students: tuple[str, ...]
    grader: str
    said: str


def unexplained(results: Sequence[Result]) -> list[Unexplained]:
    """The wrong answers of two students or more that have no name, the commonest first.

    Answers are taken for equal where the same checks fail on the same cases and say the same, but for
    rounding. Where nothing is said, of secret cases alone, nothing is known to be equal.
    """
    groups: dict[tuple[object, ...], list[tuple[str, TaskResult]]] = {}
    for result in results:
        for task in result.tasks:
            told = task.misconception or task.difference
            if task.status in ("failed", "partial") and not told and (said := _said(task)):
                groups.setdefault((task.id, *said), []).append((result.student, task))
    shared = [group for group in groups.values() if len(group) > 1]
    return [_group(group) for group in sorted(shared, key=lambda group: (-len(group), group[0][1].id))]


def skeleton(one: Unexplained) -> str:
    """The beginning of a file in `wrong/` for it, without anybody's name."""
    said = " ".join(one.said.split())
    return _SKELETON.format(students=len(one.students), grader=one.grader, said=said, task=one.task)


def _group(group: Sequence[tuple[str, TaskResult]]) -> Unexplained:
    _, task = group[0]
    first = next(test for test in task.tests if test.status == "failed" and test.message)
    return Unexplained(task.id, tuple(student for student, _ in group), first.name, first.message)


def _said(task: TaskResult) -> tuple[tuple[str, str, str], ...]:
    """What failed and what it says, if any of it says something."""
    failed = [test for test in task.tests if test.status == "failed"]
    if not any(test.message for test in failed):
        return ()
    return tuple((test.name, test.case, _NUMBER.sub(_rounded, test.message)) for test in failed)


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number[0]):.3g}"
