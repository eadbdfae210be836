"""A notebook or `.py` file -> the cells to run and the written answers. Trusted side, hostile input, pure.

What the grader must not run is known from the assignment's own notebook: check cells are dropped and cells
with the tag `skip` (training, figures) run for their definitions only. All other code of a student's runs.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from autograder.submission import Cell
from autograder.submission.document import RawCell, assignment_of, clean, document_of, raw_cells, text_of
from autograder.submission.kinds import UnreadableError
from autograder.submission.magics import without_magics
from autograder.submission.newer import for_this_python
from autograder.submission.policy import Policy
from autograder.submission.remarks import remarks_on, tasks_at
from autograder.submission.script import is_exported, parts_of
from autograder.submission.written import Written, written_work

_MAX_CODE = 500_000  # characters; their syntax tree can take a thousand times as many bytes

_MAX_PARTS = 5_000  # of one name or text; no list of numbers is meant
_F_STRING = re.compile(r"[fF][rR]?[\"']|[rR][fF][\"']")
_WRITEFILE = re.compile(r"\s*%%(?:writefile|file)[ \t]+(-a[ \t]+)?([\w-][\w.-]{0,99})[ \t]*\n")
_DEFINES = re.compile(r"^(?:async\s+def|def|class)\s", re.MULTILINE)


@dataclass(frozen=True)
class Work:
    """What a notebook or a `.py` file holds: the cells to run, in order, and what is written in words.

    `remarks` and `numbers` are about the code cells of tasks: what is odd, and which of the cells they are.
    `files` are those that cells beginning with `%%writefile` write. `notes` are sentences about the whole.
    """

    cells: tuple[Cell, ...] = ()
    written: Written = field(default_factory=Written)
    remarks: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def cells_from_notebook(data: bytes, file: str, policy: Policy) -> tuple[Cell, ...]:
    """The code cells of a notebook that are to run, numbered as in the notebook, check cells counted.

    Raises:
        UnreadableError: it is no notebook.
    """
    return read_notebook(data, file, policy).cells


def read_notebook(data: bytes, file: str, policy: Policy) -> Work:
    """The cells to run and what is written.

    Args:
        data: a notebook's JSON, of version 3 or 4. file: its name, for cells and messages.

    Raises:
        UnreadableError: it is no notebook, or that of another assignment, or holds too much code.
    """
    document = document_of(data, file)
    if (named := assignment_of(document)) and policy.assignment not in ("", named):
        raise UnreadableError(f"{file} is the notebook of {named[:60]!r}, not of {policy.assignment!r}.")
    raw = list(raw_cells(document, file))
    _insist_on_less_code([cell.source for cell in raw if cell.kind == "code"], file)
    written = written_work(raw, policy)
    cells: list[Cell] = []
    numbers: dict[str, int] = {}
    number = 0
    for index, cell in enumerate(raw):
        if cell.kind == "code":
            number += 1
            numbers |= dict.fromkeys(tasks_at(cell, policy), number)
            if index not in written.words and (made := _cell(file, number, cell, policy)):
                cells.append(made)
    return Work(tuple(cells), written, remarks_on(raw, policy), numbers, _files_in(raw))


def read_script(data: bytes, file: str, policy: Policy) -> Work:
    """A `.py` file as one cell or, if it is an exported notebook, as the cells to run; and what is written.

    Every cell's source begins with as many empty lines as stand before it, so line numbers are the file's.

    Raises:
        UnreadableError: it is no text, or too much of it.
    """
    text = clean(text_of(data, file))
    _insist_on_less_code([text], file)
    if not is_exported(text):
        text = _without_checks(text, policy)
    parts = parts_of(text, policy)
    written = written_work([part.cell for part in parts], policy)
    if not is_exported(text):
        return Work((Cell(file, None, for_this_python(without_magics(text))),), written)
    cells = [
        replace(made, source="\n" * part.above + made.source)
        for part in parts
        if part.cell.kind == "code" and (made := _cell(file, None, part.cell, policy))
    ]
    return Work(tuple(cells), written)


def cells_from_python(data: bytes, file: str, policy: Policy) -> tuple[Cell, ...]:
    """The cells of a `.py` file, as `read_script` has them.

    Raises:
        UnreadableError: it is no text, or too much of it.
    """
    return read_script(data, file, policy).cells


def _without_checks(text: str, policy: Policy) -> str:
    """A file whose cells nobody divides, with empty lines for those that only check."""
    text = f"\n{text}\n"
    for source in sorted(policy.check_sources, key=len, reverse=True):
        text = text.replace(f"\n{source}\n", "\n" * (source.count("\n") + 2))
    return text[1:-1]


def _files_in(cells: Sequence[RawCell]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for cell in cells:
        if cell.kind == "code" and (found := _WRITEFILE.match(cell.source)):
            before = files.get(found[2], b"") if found[1] else b""
            files[found[2]] = before + cell.source[found.end() :].encode() + b"\n"
    return files


def _insist_on_less_code(sources: Sequence[str], file: str) -> None:
    size = sum(map(len, sources))
    if size > _MAX_CODE:
        raise UnreadableError(
            f"{file} holds {size:,} characters of code, more than {_MAX_CODE:,}: keep data out of the code."
        )
    if any(_is_hard(line) for source in sources for line in source.replace("\\\n", "").split("\n")):
        raise UnreadableError(f"{file} has a line of code that is too long: keep data out of the code.")


def _is_hard(line: str) -> bool:
    """Whether Python takes the square of a line's length to read it: a dotted name, an f-string in parts."""
    dotted = line.count(".") > _MAX_PARTS and "import" in line
    return dotted or (line.count("{") > _MAX_PARTS and _F_STRING.search(line) is not None)


def _cell(file: str, number: int | None, cell: RawCell, policy: Policy) -> Cell | None:
    """The cell as it is to run; `None` for a check cell."""
    if cell.key in policy.check_sources:
        return None
    definitions_only = "skip" in cell.tags or cell.id in policy.skip_ids or cell.key in policy.skip_sources
    if "check" in cell.tags or cell.id in policy.check_ids:
        if not _DEFINES.search(cell.source):
            return None
        definitions_only = True  # someone wrote an answer into a check cell
    return Cell(file, number, for_this_python(without_magics(cell.source)), definitions_only)
