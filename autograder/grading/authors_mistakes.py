"""A mistake in a lab's own files, found where its reference fails: told with file and line. Trusted side.

What the reference raises is nobody's but the author's: it is looked for in the master, then in the probes and
the helpers, then in the case.
"""

import ast
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder.authoring.master import AuthoringError, read_master
from autograder.authoring.notebook import place_in_master
from autograder.course.layout import Assignment
from autograder.judging.session import Key
from autograder.sandbox import CellError
from autograder.sandbox.answers import Answer

_CELL = re.compile(r".*\.ipynb, cell ([0-9]+)")


def authors_mistake(
    lab: Assignment, name: str, key: Key, answer: Answer, cell_errors: Sequence[CellError]
) -> AuthoringError:
    """Why an expected answer is none.

    Args:
        name: whose answer it is, `reference` or `accepted/...`. key: its probe and case.
    """
    probe, case = key
    on = f"where the probe {probe} asks the {name} about {case}"
    if cell_errors:
        first = cell_errors[0]
        return AuthoringError(
            f"{_place(lab, first.label, first.line)}: {first.type}: {first.message.rstrip('.')}."
        )
    error = answer.error
    told = f"{error.type}: {error.message}" if error and error.message else f"the answer is {answer.outcome}"
    told = told.rstrip(".")
    if error and error.label:
        return AuthoringError(f"{_place(lab, error.label, error.line)}: {told}, {on}.")
    file = lab.fixtures_dir / f"{case}.json"
    if error and error.given:
        if error.type == "KeyError":
            told += f"; the case has: {', '.join(_fields(file.read_text(encoding='utf-8')))}"
        return AuthoringError(f"{lab.public_dir / error.given}: {told}, {on}.")
    places = dict(_probes(lab))
    if probe not in places:
        there = ", ".join(places) or "none"
        return AuthoringError(
            f"{file}:1: no function of {lab.probes} is called {probe!r}; there is: {there}."
        )
    return AuthoringError(f"{places[probe]}: {told}, {on}.")


def python_source(path: Path) -> str:
    """The text of a probe or helper.

    Raises:
        AuthoringError: it is no Python; names file and line.
    """
    text = path.read_text(encoding="utf-8")
    try:
        ast.parse(text)
    except SyntaxError as error:
        raise AuthoringError(f"{path}:{error.lineno}: SyntaxError: {error.msg}.") from error
    return text


def _place(lab: Assignment, label: str, line: int) -> str:
    """`solutions/means/means.py:31` for the third line of a cell of the reference's notebook."""
    if cell := _CELL.fullmatch(label):
        master = read_master(lab.master)
        return f"{lab.master}:{place_in_master(master, lab.name, int(cell[1]), line)}"
    return f"{lab.solution_dir / label}:{line}"  # accepted/loop.py


def _probes(lab: Assignment) -> Iterator[tuple[str, str]]:
    """The functions of the probes and where each begins."""
    for path in lab.public_modules():
        if path == lab.probes or lab.probes in path.parents:
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    yield node.name, f"{path}:{node.lineno}"


def _fields(text: str) -> list[str]:
    return [name for name in json.loads(text) if name not in ("schema", "probe")]
