"""Master -> notebook, the same bytes every time. Trusted side, pure."""

import inspect
import json
from collections.abc import Callable
from typing import Any

from autograder.authoring import opening
from autograder.authoring.master import Master, MasterCell, marker
from autograder.submission.policy import PLACEHOLDER

_OPEN = """# @title Run this first: it opens the lab, here, in Colab or on Kaggle
DATA = ""  # @param {{type: "string"}}
# A folder with real data sets, if you have them; below /content/drive/MyDrive it is mounted in Colab.


{open_lab}

{grader}open_lab("{name}", "{address}", DATA)
del open_lab, DATA"""
_EXPORT = """# Save the notebook first. This writes a zip with it and your trained weights: hand in the zip.
from autograder.notebook.handing_in import hand_in

hand_in("{name}")"""
_FOLDED: dict[str, Any] = {"jupyter": {"source_hidden": True}, "cellView": "form"}  # in Jupyter, in Colab
_METADATA: dict[str, Any] = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def student_notebook(master: Master, name: str, address: str = "") -> str:
    """The notebook that students get, as JSON text: no reference answer, a check cell after each code task.

    Args:
        name: of the assignment, and of the notebook's file without `.ipynb`.
        address: where it fetches the lab's zip, should it lie alone.
    """
    return _notebook(master, name, address, _without_solutions)


def solved_notebook(master: Master, name: str, address: str = "") -> str:
    """The same notebook with the reference answers in it; cells and ids are those of the student's."""
    return _notebook(master, name, address, solved_source)


def _notebook(master: Master, name: str, address: str, source_of: Callable[[MasterCell], str]) -> str:
    last = {task: cell.id for cell in master.cells if not cell.written for task in cell.tasks}
    first = next((at for at, cell in enumerate(master.cells) if cell.kind == "code"), 1)
    cells = [_set_up(name, address, checked=bool(last))]
    for at, cell in enumerate(master.cells):
        # Set up after the title, before anything runs.
        cells.insert(at if at < first else len(cells), _cell(cell.kind, cell.id, cell.tags, source_of(cell)))
        for task in cell.tasks:
            if last.get(task) == cell.id:
                cells.append(_check(task.replace(".", "-"), f'grader.check("{task}")'))
    if last:
        cells.append(_check("all", "grader.check_all()"))
    cells.append(_check("export", _EXPORT.format(name=name)))
    import nbformat  # slow to import, and only building needs it

    notebook = nbformat.from_dict(  # type: ignore[no-untyped-call]
        {
            "cells": cells,
            "metadata": _METADATA | {"few_label_labs": {"assignment": name}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )
    nbformat.validate(notebook)
    text: str = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    return text.rstrip("\n") + "\n"


def _cell(kind: str, cell_id: str, tags: tuple[str, ...], source: str) -> dict[str, Any]:
    metadata: dict[str, Any] = {"tags": list(tags)} if tags else {}
    if "given" in tags:
        metadata |= _FOLDED
    cell: dict[str, Any] = {"cell_type": kind, "id": cell_id, "metadata": metadata, "source": source}
    return cell | {"execution_count": None, "outputs": []} if kind == "code" else cell


def _set_up(name: str, address: str, checked: bool) -> dict[str, Any]:
    grader = "grader = " if checked else ""
    open_lab = inspect.getsource(opening.open_lab)
    cell = _check("setup", _OPEN.format(name=name, address=address, open_lab=open_lab, grader=grader))
    return cell | {"metadata": cell["metadata"] | _FOLDED}


def _check(what: str, source: str) -> dict[str, Any]:
    return _cell("code", f"check-{what}", ("check",), source)


def solved_source(cell: MasterCell) -> str:
    """A cell with the reference answers in it, without their markers."""
    return "\n".join(line for line in cell.source.split("\n") if not marker(line, cell.kind))


def place_in_master(master: Master, name: str, number: int, line: int) -> int:
    """The line of the master that a line of the solved notebook comes from; 1 for a cell of the build's own.

    Args:
        number: of the code cell in the notebook, from 1. line: in that cell, from 1.
    """
    cells = json.loads(solved_notebook(master, name))["cells"]
    wanted = [cell["id"] for cell in cells if cell["cell_type"] == "code"][number - 1]
    for cell in master.cells:
        if cell.id == wanted:
            kept = [n for n, text in enumerate(cell.source.split("\n"), 1) if not marker(text, cell.kind)]
            return cell.line + kept[min(line, len(kept)) - 1]
    return 1


def _without_solutions(cell: MasterCell) -> str:
    """The cell with every reference answer replaced by what says that one is missing."""
    kept: list[str] = []
    task = cell.task
    inside = False
    for line in cell.source.split("\n"):
        found = marker(line, cell.kind)
        if found == "BEGIN" and cell.kind == "markdown":
            kept.append(PLACEHOLDER)
        elif found == "BEGIN":
            indent = line[: len(line) - len(line.lstrip())]
            kept.append(f'{indent}raise NotImplementedError("TODO {task}")')
        elif not inside and found is None:
            kept.append(line)
            # A cell that answers several tasks says by its guiding comments which one comes next.
            task = next((t for t in cell.tasks if f"TODO {t}" in line), task)
        inside = found == "BEGIN" or (inside and found is None)
    return "\n".join(kept)
