"""A notebook or `.py` file -> the cells to run and the written answers. Trusted side, hostile input, pure.

What the grader must not run is known from the assignment's own notebook: check cells are dropped and cells
with the tag `skip` (training, figures) run for their definitions only. A cell is recognised by its tag,
by its id, or, where an editor dropped both, by its unchanged source; everything else that a student has runs.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from autograder.course.layout import CourseError
from autograder.submission import Cell
from autograder.submission.magics import without_magics
from autograder.submission.pictures import attached, with_pictures

PLACEHOLDER = "*Your answer here.*"  # of a written answer that is still to come

# Above these a notebook is not parsed: the objects would take many times the bytes.
_MAX_BYTES = 512 * 2**20
_MAX_OBJECTS = 10_000_000
_MAX_CELLS = 1_000  # of a `.py` file; above that it is one cell
_MAX_CODE = 500_000  # characters; their syntax tree can take a thousand times as many bytes

_DEFINES = re.compile(r"^(?:async\s+def|def|class)\s", re.MULTILINE)
# Where a cell begins in a notebook saved as percent text or exported by nbconvert.
_CELL_LINE = re.compile(r"^#\s*(?:%%+(?:\s.*)?|In\[[\d ]*\]:)$", re.MULTILINE)
_CELL_ID = re.compile(r'\bid="([\w-]+)"')
_CELL_TAGS = re.compile(r"\btags=\[([^\]]*)\]")


class UnreadableError(Exception):
    """What was handed in cannot be read. The message is one sentence for the student's row."""


@dataclass(frozen=True)
class Policy:
    """How to treat the cells of a submission, from the assignment's own notebook.

    Attributes:
        assignment: name of the assignment.
        check_ids, check_sources, skip_ids, skip_sources: what check and skip cells are recognised by.
        written_ids: id of a written answer's cell -> task id.
        written_after: source of the cell before a written answer -> task id.
        tasks_by_id: id of a cell to be filled in, in code or in words -> its tasks.
        prose: sources of the Markdown cells that are no answers.
    """

    assignment: str = ""
    check_ids: frozenset[str] = frozenset()
    check_sources: frozenset[str] = frozenset()
    skip_ids: frozenset[str] = frozenset()
    skip_sources: frozenset[str] = frozenset()
    written_ids: Mapping[str, str] = field(default_factory=dict)
    written_after: Mapping[str, str] = field(default_factory=dict)
    tasks_by_id: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    prose: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _RawCell:
    """A cell of a notebook of any version, without its outputs."""

    kind: str
    id: str
    tags: frozenset[str]
    source: str
    attachments: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def answer(self) -> str:
        """The source with the pictures that were pasted into the cell."""
        return with_pictures(self.source, self.attachments)

    @property
    def key(self) -> str:
        return _key(self.source)

    @property
    def written_task(self) -> str | None:
        """The task that this cell answers in words, by its tags."""
        tasks = tasks_of(self.tags)
        return tasks[0] if tasks and "written" in self.tags and self.kind == "markdown" else None


def tasks_of(tags: Collection[str]) -> tuple[str, ...]:
    """The tasks that a cell with these tags is for: `3.1` for `task-3.1`."""
    return tuple(sorted(tag.removeprefix("task-") for tag in tags if tag.startswith("task-")))


def policy_of(notebook: str) -> Policy:
    """The policy that an assignment's built notebook stands for.

    Raises:
        CourseError: it is no notebook.
    """
    try:
        document = document_of(notebook.encode(), "the assignment's notebook")
        cells = list(_raw_cells(document, "the assignment's notebook"))
    except UnreadableError as error:
        raise CourseError(f"{error} Build it anew: autograder build") from error
    checks = [cell for cell in cells if cell.kind == "code" and "check" in cell.tags]
    skips = [cell for cell in cells if cell.kind == "code" and "skip" in cell.tags]
    answers = [(before, cell) for before, cell in pairwise(cells) if cell.written_task]
    return Policy(
        assignment=_assignment(document),
        check_ids=frozenset(cell.id for cell in checks if cell.id),
        check_sources=frozenset(cell.key for cell in checks),
        skip_ids=frozenset(cell.id for cell in skips if cell.id),
        skip_sources=frozenset(cell.key for cell in skips),
        written_ids={cell.id: cell.written_task or "" for _, cell in answers if cell.id},
        written_after={before.key: cell.written_task or "" for before, cell in answers},
        tasks_by_id={cell.id: tasks_of(cell.tags) for cell in cells if cell.id and tasks_of(cell.tags)},
        prose=frozenset(cell.key for cell in cells if cell.kind == "markdown" and not cell.written_task),
    )


def cells_from_notebook(data: bytes, file: str, policy: Policy) -> tuple[Cell, ...]:
    """The code cells of a notebook that are to run, numbered as in the notebook, check cells counted.

    Raises:
        UnreadableError: it is no notebook.
    """
    return read_notebook(data, file, policy)[0]


def read_notebook(data: bytes, file: str, policy: Policy) -> tuple[tuple[Cell, ...], dict[str, str]]:
    """The cells to run and the written answers: Markdown by task id, empty where nobody wrote one.

    Args:
        data: a notebook's JSON, of version 3 or 4. file: its name, for cells and messages.

    Raises:
        UnreadableError: it is no notebook, or that of another assignment, or holds too much code.
    """
    document = document_of(data, file)
    if (named := _assignment(document)) and policy.assignment not in ("", named):
        raise UnreadableError(f"{file} is the notebook of {named[:60]!r}, not of {policy.assignment!r}.")
    raw = list(_raw_cells(document, file))
    code = [cell for cell in raw if cell.kind == "code"]
    _insist_on_less_code(sum(len(cell.source) for cell in code), file)
    cells = (_cell(file, number, cell, policy) for number, cell in enumerate(code, 1))
    return tuple(cell for cell in cells if cell), _written(raw, policy)


def cells_from_python(data: bytes, file: str, policy: Policy) -> tuple[Cell, ...]:
    """A `.py` file as one cell or, where it is an exported notebook, as the cells to run.

    Every cell's source begins with as many empty lines as stand before it, so line numbers are the file's.

    Raises:
        UnreadableError: it is not UTF-8 text, or too much of it.
    """
    text = clean(_text(data, file))
    _insist_on_less_code(len(text), file)
    starts = [found.start() for found in _CELL_LINE.finditer(text)]
    if not starts or len(starts) > _MAX_CELLS:
        return (Cell(file, None, without_magics(text)),)
    cells = []
    for start, end in zip([0, *starts], [*starts, len(text)], strict=True):
        chunk = text[start:end]
        first, _, source = chunk.partition("\n") if start in starts else ("", "", chunk)
        if "[markdown]" in first or "[raw]" in first:
            continue
        found_id, found_tags = _CELL_ID.search(first), _CELL_TAGS.search(first)
        tags = found_tags[1].split(",") if found_tags else []
        raw = _RawCell(
            kind="code",
            id=found_id[1] if found_id else "",
            tags=frozenset(tag.strip(" \"'") for tag in tags),
            source=source,
        )
        above = text.count("\n", 0, start) + (start in starts)
        if cell := _cell(file, None, raw, policy):
            cells.append(replace(cell, source="\n" * above + cell.source))
    return tuple(cells)


def clean(text: str) -> str:
    """Text that any encoder takes: lone surrogates, which JSON may hold, become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _insist_on_less_code(size: int, file: str) -> None:
    if size > _MAX_CODE:
        raise UnreadableError(
            f"{file} holds {size:,} characters of code, more than {_MAX_CODE:,}: keep data out of the code."
        )


def _cell(file: str, number: int | None, cell: _RawCell, policy: Policy) -> Cell | None:
    """The cell as it is to run; `None` for a check cell."""
    if cell.key in policy.check_sources:
        return None
    definitions_only = "skip" in cell.tags or cell.id in policy.skip_ids or cell.key in policy.skip_sources
    if "check" in cell.tags or cell.id in policy.check_ids:
        if not _DEFINES.search(cell.source):
            return None
        definitions_only = True  # someone wrote an answer into a check cell
    return Cell(file, number, without_magics(cell.source), definitions_only)


def _written(cells: Collection[_RawCell], policy: Policy) -> dict[str, str]:
    """Answers by task. Where no cell has a task's tag or id, it is the cell after the unchanged question."""
    found: dict[str, list[str]] = {}
    followers: dict[str, str] = {}
    before = ""
    for cell in cells:
        if cell.kind == "markdown":
            task = cell.written_task or policy.written_ids.get(cell.id)
            if task:
                found.setdefault(task, []).append(cell.answer)
            elif (follows := policy.written_after.get(before)) and cell.key not in policy.prose:
                followers.setdefault(follows, cell.answer)
        before = cell.key
    for task, source in followers.items():
        found.setdefault(task, [source])
    return {
        task: "\n\n".join(part.replace(PLACEHOLDER, "").strip() for part in parts).strip()
        for task, parts in sorted(found.items())
    }


def document_of(data: bytes, file: str) -> dict[str, Any]:
    """A notebook's JSON.

    Raises:
        UnreadableError: it is none, or too large.
    """
    if not data.strip():
        raise UnreadableError(f"{file} is empty: save your work and hand it in again.")
    objects = data.count(b"{") + data.count(b"[") + data.count(b'"') // 2
    if len(data) > _MAX_BYTES or objects > _MAX_OBJECTS:
        raise UnreadableError(f"{file} is too large to read: clear its outputs and hand it in again.")
    try:
        document = json.loads(_text(data, file))
    except RecursionError as error:
        raise UnreadableError(f"{file} is not a notebook: its JSON is nested too deeply.") from error
    except ValueError as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise UnreadableError(
            f"{file} is not a notebook: it is no valid JSON{where}. Open it in Jupyter and save it again."
        ) from error
    if not isinstance(document, dict):
        raise UnreadableError(f"{file} is not a notebook: its JSON is no object.")
    return document


def _assignment(document: Mapping[str, Any]) -> str:
    """The name of the assignment that a notebook says it is of; empty where it says none."""
    metadata = document.get("metadata")
    course = metadata.get("few_label_labs") if isinstance(metadata, dict) else None
    name = course.get("assignment") if isinstance(course, dict) else None
    return name if isinstance(name, str) else ""


def _raw_cells(document: Mapping[str, Any], file: str) -> Iterator[_RawCell]:
    cells = document.get("cells")
    if cells is None and isinstance(worksheets := document.get("worksheets"), list):  # version 3
        sheets = [sheet.get("cells") for sheet in worksheets if isinstance(sheet, dict)]
        cells = [cell for sheet in sheets if isinstance(sheet, list) for cell in sheet]
    if not isinstance(cells, list):
        raise UnreadableError(f"{file} is not a notebook: it has no list of cells.")
    for cell in cells:
        if isinstance(cell, dict) and cell.get("cell_type") in ("code", "markdown"):
            metadata = cell.get("metadata")
            metadata = metadata if isinstance(metadata, dict) else {}
            tags = metadata.get("tags")
            cell_id = cell.get("id", metadata.get("id"))  # Colab keeps it in the metadata
            yield _RawCell(
                kind=cell["cell_type"],
                id=cell_id if isinstance(cell_id, str) else "",
                tags=frozenset(tag for tag in tags if isinstance(tag, str))
                if isinstance(tags, list)
                else frozenset(),
                source=_source(cell.get("source", cell.get("input"))),
                attachments=attached(cell.get("attachments")),
            )


def _source(value: Any) -> str:
    if isinstance(value, list):
        value = "".join(part for part in value if isinstance(part, str))
    return clean(_lines(value)) if isinstance(value, str) else ""


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _key(source: str) -> str:
    """What two sources share that only differ by what editors do to white space."""
    return "\n".join(line.rstrip() for line in source.strip().split("\n"))


def _text(data: bytes, file: str) -> str:
    try:
        return _lines(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UnreadableError(f"{file} is not UTF-8 text: save it as UTF-8 and hand it in again.") from error
