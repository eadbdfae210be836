"""What is odd about the cells in which a task's code belongs, in a sentence. Trusted side, pure."""

import ast
import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from autograder.submission import Cell
from autograder.submission.document import RawCell, tasks_of
from autograder.submission.policy import Policy
from autograder.submission.together import WEIGHTS

_NUMBERED = re.compile(r" ?\(\d{1,3}\)(?=\.\w+$)")  # as browsers name a second download


def remarks_on(cells: Sequence[RawCell], policy: Policy) -> dict[str, str]:
    """A sentence for each task whose code cell is no code any more, or is not there.

    Nothing is said of a notebook whose cells an editor has made anonymous.
    """
    wanted = {
        task: cell_id
        for cell_id, tasks in policy.tasks_by_id.items()
        if cell_id not in policy.written_ids
        for task in tasks
    }
    kinds: dict[str, set[str]] = {}
    for cell in cells:
        for task in tasks_at(cell, policy):
            kinds.setdefault(task, set()).add(cell.kind)
    told = {
        task: f"The cell of this task is {'Markdown' if 'markdown' in found else 'raw text'} and no code, so "
        "it did not run. In Jupyter, Escape and then Y makes it code again."
        for task, found in kinds.items()
        if task in wanted and "code" not in found
    }
    if any(cell.id in policy.given for cell in cells):
        gone = "The cell of this task is not in the notebook any more."
        told |= {task: gone for task in wanted if task not in kinds}
    return dict(sorted(told.items()))


def tasks_at(cell: RawCell, policy: Policy) -> tuple[str, ...]:
    """The tasks that belong into this cell, by its id or by its tags."""
    return policy.tasks_by_id.get(cell.id) or tasks_of(cell.tags)


def defined_twice(cells: Sequence[Cell]) -> list[str]:
    """A sentence for each function or class that two cells define: as in Python, the lower one counts."""
    places: dict[str, list[Cell]] = {}
    for cell in cells:
        for name in dict.fromkeys(_definitions(cell.source)):
            places.setdefault(name, []).append(cell)
    return [
        f"`{name}` is defined in {found[-2].label} and again in {found[-1].label}: the lower one counts."
        for name, found in places.items()
        if len(found) > 1
    ]


def weights_twice(files: Mapping[str, bytes]) -> list[str]:
    """A sentence for weights that are there several times and not the same: which ones are opened.

    Those beside the notebook come first, then those in fewer folders, by name, as `read_weights` looks.
    """
    same: dict[str, list[str]] = {}
    for path in files:
        if path.lower().endswith(WEIGHTS):
            same.setdefault(_NUMBERED.sub("", PurePosixPath(path).name.lower()), []).append(path)
    told = []
    for name, paths in same.items():
        paths.sort(key=lambda path: (path.lower() != name, path.count("/"), path))
        if len({files[path] for path in paths}) > 1:
            others = " and ".join(f"`{path}`" for path in paths[1:])
            told.append(f"Of several weights of one name, `{paths[0]}` is opened, and not {others}.")
    return told


def _definitions(source: str) -> list[str]:
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return [
        one.name for one in body if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    ]
