"""Our graders where Otter grades: in the kernel that has just run the student's notebook.

There a submission can reach what decides about it, as with any tests of Otter's. `autograder grade` and the
autograder for Gradescope are for grades that must hold; this is for courses whose way is Otter's.
"""

import ast
import html
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from otter.plugins import AbstractOtterPlugin
from otter.test_files import test_case

from autograder.course.layout import find_course
from autograder.lab.lab import Lab, read_lab
from autograder.results.schema import TaskResult
from autograder.sandbox.statements import defines
from autograder.submission import Cell
from autograder.submission.extract import cells_from_notebook

COURSE = "course"  # Otter copies it beside the notebook


class CheckFailed(Exception):
    """What Otter shows of a task that does not pass. The message is safe to put into HTML."""


class InCourse(AbstractOtterPlugin):  # type: ignore[misc]  # otter has no types
    """Lets a notebook run beside `course/`, although it was written two folders deep in it.

    It is read as `autograder grade` reads it: neither check cells run, nor training, which takes minutes, and
    would write over the weights that were handed in.
    """

    def before_execution(self, submission: NotebookNode) -> NotebookNode:
        """The notebook's code cells as they are to run, with paths that hold here."""
        path = next(Path(COURSE, "assignments").resolve().iterdir())
        data = nbformat.writes(submission).encode()
        found = cells_from_notebook(data, path.name, _lab(path.name).policy)
        sources = [_definitions(cell) if cell.definitions_only else cell.source for cell in found]
        cache = str(Path(COURSE, "cache").resolve())
        begin = f"import os, sys\nsys.path.insert(0, {str(path)!r})\nos.environ['XDG_CACHE_HOME'] = {cache!r}"
        cells = [begin, *(source.replace("../../fixtures", f"{COURSE}/fixtures") for source in sources)]
        return NotebookNode(submission | {"cells": [new_code_cell(source) for source in cells]})


def graded_by(assignment: str, task: str, grader: str, points: float) -> test_case:
    """Otter's test case for one grader on all its cases."""

    def check(env: dict[str, Any]) -> None:
        result = _result(assignment, task, _Namespace(env))
        wrong = [test for test in result.tests if test.name == grader and test.status != "passed"]
        if wrong:
            said = " ".join(text for text in (wrong[0].message, result.hint or wrong[0].hint) if text)
            raise CheckFailed(html.escape(said))

    return test_case(name=grader, points=points)(check)


class _Namespace:
    """The kernel's namespace, of which there is one: all graders of a task look at the same answers."""

    def __init__(self, env: dict[str, Any]) -> None:
        self.env = env

    def __hash__(self) -> int:
        return id(self.env)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Namespace) and other.env is self.env


@cache
def _result(assignment: str, task: str, namespace: _Namespace) -> TaskResult:
    from autograder.notebook.check import checked

    return checked(_lab(assignment), task, namespace.env, _one_call)


@contextmanager
def _one_call(seconds: float) -> Iterator[None]:
    """A call of the student's code may neither hang nor end the kernel, which all tasks need.

    Both end the whole call, as they end the box at home: no probe goes on from there with something given.
    """

    def late(number: int, frame: object) -> None:
        raise SystemExit(f"ran longer than {seconds:g} s")

    def left(status: int) -> None:
        raise SystemExit(f"os._exit({status})")

    before, leave = signal.signal(signal.SIGALRM, late), os._exit
    os._exit = left  # type: ignore[assignment]
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        os._exit = leave
        signal.signal(signal.SIGALRM, before)


def _definitions(cell: Cell) -> str:
    """The cell without what is neither an import, a definition nor a literal constant."""
    try:
        statements = ast.parse(cell.source).body
    except SyntaxError:
        return cell.source
    return ast.unparse(ast.Module([one for one in statements if defines(one)], []))


@cache
def _lab(assignment: str) -> Lab:
    return read_lab(find_course(Path(COURSE)).assignment(assignment))
