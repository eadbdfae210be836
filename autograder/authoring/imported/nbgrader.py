"""A source notebook of nbgrader: the metadata of a cell says what it is. Trusted side, pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from autograder.authoring.imported.parts import Given, Imported, Part, Question, Test, Text
from autograder.authoring.imported.regions import as_words, marked

_HIDDEN = re.compile(r"\s*###\s*(BEGIN|END) HIDDEN TESTS\s*")
_AUTOTEST = re.compile(r"\s*###\s*(?:HASHED )?AUTOTEST\s+(.*)")
_MARKER = re.compile(r".*###\s*(?:BEGIN|END) (?:SOLUTION|MARK SCHEME)\s*")


def is_nbgrader(cells: Sequence[Any]) -> bool:
    """Whether any cell is one to answer or to grade."""
    return any(_about(cell).get(what) for cell in cells for what in ("grade", "solution", "task"))


def read_nbgrader(cells: Sequence[Any]) -> Imported:
    """The parts of the notebook: answers that share tests are one question, with the points of these."""
    parts: list[Part] = []
    todo: list[str] = []
    last: int | None = None  # the question that answers or tests may still be added to
    for cell in cells:
        about = _about(cell)
        name, points = str(about.get("grade_id", "")), float(about.get("points") or 0)
        answers, graded = about.get("solution"), about.get("grade")
        if about.get("task") or (graded and answers) or (answers and cell.cell_type == "markdown"):
            parts.append(_written(name, points, cell, bool(about.get("task"))))
            last = None
        elif answers:
            before = parts[last] if last is not None else None
            if isinstance(before, Question) and not before.tests:
                parts[last or 0] = replace(before, answers=(*before.answers, marked(cell.source)))
            else:
                last = len(parts)
                parts.append(Question(name, 0, (marked(cell.source),)))
        elif graded:
            before = parts[last] if last is not None else None
            if isinstance(before, Question):
                tests = (*before.tests, _test(cell.source))
                parts[last or 0] = replace(before, tests=tests, points=before.points + points)
            else:
                todo.append(f"The tests in cell {name} ({points:g} points) belong to no answer: left out.")
        elif cell.cell_type in ("markdown", "code"):
            parts.append(Text(cell.source) if cell.cell_type == "markdown" else Given(cell.source))
    return Imported(tuple(parts), tuple(todo))


def _about(cell: Any) -> Mapping[str, Any]:
    about = cell.metadata.get("nbgrader", {})
    return about if isinstance(about, Mapping) else {}


def _written(name: str, points: float, cell: Any, task: bool) -> Question:
    source = "\n".join(line for line in cell.source.split("\n") if not _MARKER.fullmatch(line))
    if task:
        return Question(name, points, (), text=source, written=True)
    answer = source if cell.cell_type == "markdown" else as_words(source)
    return Question(name, points, (answer,), written=True)


def _test(source: str) -> Test:
    lines: list[str] = []
    hidden: set[int] = set()
    inside = False
    for line in source.split("\n"):
        if mark := _HIDDEN.fullmatch(line):
            inside = mark[1] == "BEGIN"
            continue
        asked = _AUTOTEST.fullmatch(line)
        for one in asked[1].split(";") if asked else [line]:
            lines.append(one.strip() if asked else one)
            hidden |= {len(lines)} if inside else set()
    return Test("\n".join(lines), frozenset(hidden))
