"""Which notebook this is: people rename theirs, Colab keeps them elsewhere. Runs in the student's kernel."""

import importlib
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.course.layout import Assignment
from autograder.submission.document import assignment_of, document_of
from autograder.submission.kinds import UnreadableError


@dataclass(frozen=True)
class Running:
    """The notebook whose kernel this is, in the state that can be had.

    Attributes:
        saved: how it comes, in words: `as it was saved at 18:05`.
        folder: where it lies, or where it was opened from.
    """

    name: str
    data: bytes
    saved: str
    folder: Path


def running_notebook(assignment: Assignment) -> Running | None:
    """The notebook of the lab that runs, under whatever name; `None` where it cannot be had.

    Some editors say which it is. Else it is the one of the lab that was saved last, of those that are not as
    they were handed out; the lab's own, untouched, only where it was opened from its folder.
    """
    here = Path(os.environ.get("LAB_OPENED_FROM", assignment.public_dir))
    if "google.colab" in sys.modules:
        return _of_colab(assignment, here)
    if named := next((path for path in _named() if _is_of(path, assignment)), None):
        return _from_file(named)
    handed_out = assignment.handed_out
    changed = [
        path
        for folder in {here, assignment.public_dir}
        for path in folder.glob("*.ipynb")
        if path == handed_out or path.read_bytes() != handed_out.read_bytes()
        if _is_of(path, assignment)
    ]
    if changed:
        return _from_file(max(changed, key=lambda path: path.stat().st_mtime))
    return _from_file(assignment.notebook) if here.samefile(assignment.public_dir) else None


def _named() -> Iterator[Path]:
    """What Jupyter's server tells the kernel, and VS Code its namespace; by now it may have another name."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    known = (os.environ.get("JPY_SESSION_NAME"), shell and shell.user_ns.get("__vsc_ipynb_file__"))
    return (Path(path) for path in known if path)


def _is_of(path: Path, assignment: Assignment) -> bool:
    try:
        return assignment_of(document_of(path.read_bytes(), path.name)) == assignment.name
    except (UnreadableError, OSError):
        return False


def _from_file(path: Path) -> Running:
    at = time.strftime("%H:%M", time.localtime(path.stat().st_mtime))
    return Running(path.name, path.read_bytes(), f"as it was saved at {at}", path.parent)


def _of_colab(assignment: Assignment, here: Path) -> Running | None:
    """Colab's notebooks lie on Drive; the page sends its own as it is now."""
    answer = importlib.import_module("google.colab._message").blocking_request("get_ipynb", timeout_sec=60)
    if not answer:
        return None
    return Running(assignment.notebook.name, json.dumps(answer["ipynb"]).encode(), "as it is now", here)
