"""Our graders where Otter grades: in the kernel that has just run the student's notebook.

There a submission can reach what decides about it, as with any tests of Otter's. `autograder grade` and the
autograder for Gradescope are for grades that must hold; this is for courses whose way is Otter's.
"""

import html
from functools import cache
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from otter.plugins import AbstractOtterPlugin
from otter.test_files import test_case

from autograder.course.layout import find_course
from autograder.lab.lab import Lab, read_lab
from autograder.notebook.check_cell import CheckFailed
from autograder.results.schema import TaskResult

COURSE = "course"  # Otter copies it beside the notebook


class InCourse(AbstractOtterPlugin):  # type: ignore[misc]  # otter has no types
    """Lets a notebook run beside `course/`, although it was written two folders deep in it."""

    def before_execution(self, submission: NotebookNode) -> NotebookNode:
        """The notebook with paths that hold here, and without check cells: all is checked at the end."""
        cells = [cell for cell in submission.cells if "check" not in cell.metadata.get("tags", ())]
        for cell in cells:
            if cell.cell_type == "code":
                cell.source = cell.source.replace("../../fixtures", f"{COURSE}/fixtures")
        path = next(Path(COURSE, "assignments").resolve().iterdir())
        cells.insert(0, new_code_cell(f"import sys\nsys.path.insert(0, {str(path)!r})"))
        return NotebookNode(submission | {"cells": cells})


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

    return checked(_lab(assignment), task, namespace.env)


@cache
def _lab(assignment: str) -> Lab:
    return read_lab(find_course(Path(COURSE)).assignment(assignment))
