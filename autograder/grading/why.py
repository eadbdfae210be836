"""Why there was nothing to look at, in a sentence for the student. Trusted side, pure.

A name that a probe misses is seldom work that was not begun: its cell is Markdown, was deleted, is no Python,
raised, ran out of time, or imports what grading has not got. What ended the cell is known, and is told.
"""

import re
from collections.abc import Sequence

from autograder.results.schema import TaskResult
from autograder.sandbox import CellError
from autograder.submission import Form

_STUB = re.compile(r"\bTODO\b")
_MISSING = re.compile(r"`(\w+)` is not defined|name '(\w+)' is not defined")
_MODULE = re.compile(r"No module named '(\w+)")
_ALIKE = re.compile(r"there is (`\w+`(?: and `\w+`)?), but")
_NO_PYTHON = ("SyntaxError", "IndentationError", "TabError")


def explained(task: TaskResult, form: Form, errors: Sequence[CellError]) -> TaskResult:
    """The task, with a reason where something is missing or was never begun."""
    if task.status in ("passed", "pending", "internal"):
        return task
    told = " ".join(test.message for test in task.tests)
    name = next((found for names in _MISSING.findall(told) for found in names if found), "")
    if name or task.status == "not_implemented":
        return task.model_copy(update={"why": _why(task, name, told, form, errors)})
    return task


def _why(task: TaskResult, name: str, told: str, form: Form, errors: Sequence[CellError]) -> str:
    if not name:
        return f"{'The stub still' if _STUB.search(told) else 'It'} raises NotImplementedError."
    if remark := form.remarks.get(task.id):
        return remark
    here = form.places.get(task.id, "")
    stopped = [error for error in errors if error.type != "random"]
    own = [error for error in stopped if error.label == here]
    lacking = [error for error in stopped if error.type in ("ModuleNotFoundError", "ImportError")]
    unread = [error for error in stopped if error.type in _NO_PYTHON]
    for error in [*own[:1], *lacking, *unread]:
        if lacks := _MODULE.search(error.message):
            return (
                f"Grading lacks the package {lacks[1]}, which {error.label} imports. "
                "What it has stands on the students' page."
            )
        return f"{error.label} {_ended(error, form)}"
    if task.status != "not_implemented":
        return ""
    alike = _ALIKE.search(told)
    return f"No cell that ran defines `{name}`." + (f" There is {alike[1]}." if alike else "")


def _ended(error: CellError, form: Form) -> str:
    if error.type in _NO_PYTHON:
        newer = form.remarks.get(error.label)
        return f"did not run. Line {error.line}: {newer or error.message}"
    if error.type == "timeout":
        return f"did not come to its end: line {error.line} ran out of time."
    if error.type == "died":
        return f"did not come to its end: line {error.line} ended the process."
    return f"did not come to its end. Line {error.line} raised {error.type}: {error.message}".rstrip(": ")
