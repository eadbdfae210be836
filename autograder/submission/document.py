"""A notebook's JSON -> its cells, of any version and however carelessly written. Trusted side, pure.

Hostile input: sizes are known to be small before anything is parsed; nothing is believed to have its type.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from autograder.submission.kinds import UnreadableError, what_it_is
from autograder.submission.pictures import attached, drawn, with_pictures

# Above these a notebook is not parsed: the objects would take many times the bytes.
_MAX_BYTES = 256 * 2**20
_MAX_WIDE = 64 * 2**20  # where one character is beyond ASCII: each may then take four bytes of memory
_MAX_OBJECTS = 5_000_000
_MAX_SOURCE = 16_000_000  # characters of all cells; their lines would take many times the bytes, too
_UTF16 = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"{\0": "utf-16-le", b"\0{": "utf-16-be"}

Kind = Literal["code", "markdown", "raw"]


@dataclass(frozen=True)
class RawCell:
    """A cell of a notebook of any version.

    Attributes:
        outputs: as the notebook has them, to be read only where a picture is wanted.
    """

    kind: Kind
    id: str
    tags: frozenset[str]
    source: str
    attachments: Mapping[str, bytes] = field(default_factory=dict)
    outputs: Any = None

    @property
    def words(self) -> str:
        """The source with the pictures that were pasted into the cell."""
        return with_pictures(self.source, self.attachments)

    @property
    def drawings(self) -> list[str]:
        """The pictures that the cell drew, as `data:` addresses."""
        return drawn(self.outputs)

    @property
    def key(self) -> str:
        return key_of(self.source)

    @property
    def written_task(self) -> str | None:
        """The task that this cell answers in words, by its tags, whatever its kind is by now."""
        tasks = tasks_of(self.tags)
        return tasks[0] if tasks and "written" in self.tags else None


def tasks_of(tags: Collection[str]) -> tuple[str, ...]:
    """The tasks that a cell with these tags is for: `3.1` for `task-3.1`."""
    return tuple(sorted(tag.removeprefix("task-") for tag in tags if tag.startswith("task-")))


def key_of(source: str) -> str:
    """What two sources share that only differ by what editors do to white space."""
    return "\n".join(line.rstrip() for line in source.strip().split("\n"))


def document_of(data: bytes, file: str) -> dict[str, Any]:
    """A notebook's JSON.

    Raises:
        UnreadableError: it is none, or too large.
    """
    if not data.strip():
        raise UnreadableError(f"{file} is empty: save your work and hand it in again.")
    objects = sum(map(data.count, (b"{", b"[", b",")))  # what a comma stands before is one, too
    if len(data) > (_MAX_BYTES if data.isascii() else _MAX_WIDE) or objects > _MAX_OBJECTS:
        raise UnreadableError(f"{file} is too large to read: clear its outputs and hand it in again.")
    if told := what_it_is(data):
        raise UnreadableError(f"{file} is not a notebook: it is {told}")
    try:
        document = json.loads(text_of(data, file))
    except RecursionError as error:
        raise UnreadableError(f"{file} is not a notebook: its JSON is nested too deeply.") from error
    except ValueError as error:
        text = data.replace(b"\0", b"").strip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
        if text.startswith(b"{") and not text.endswith(b"}"):
            raise UnreadableError(
                f"{file} is not a notebook: it ends in the middle, as an upload that broke off leaves it. "
                "Save it again, and hand in the whole file."
            ) from error
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise UnreadableError(
            f"{file} is not a notebook: it is no valid JSON{where}. Open it in Jupyter and save it again."
        ) from error
    if not isinstance(document, dict):
        raise UnreadableError(f"{file} is not a notebook: its JSON is no object.")
    return document


def assignment_of(document: Mapping[str, Any]) -> str:
    """The name of the assignment that a notebook says it is of; empty where it says none."""
    metadata = document.get("metadata")
    course = metadata.get("few_label_labs") if isinstance(metadata, dict) else None
    name = course.get("assignment") if isinstance(course, dict) else None
    return name if isinstance(name, str) else ""


def dicts_of(document: Mapping[str, Any], file: str) -> list[dict[str, Any]]:
    """The cells as the notebook has them, but for those that are none.

    Raises:
        UnreadableError: it has no list of cells.
    """
    cells = document.get("cells")
    if cells is None and isinstance(worksheets := document.get("worksheets"), list):  # version 3
        sheets = [sheet.get("cells") for sheet in worksheets if isinstance(sheet, dict)]
        cells = [cell for sheet in sheets if isinstance(sheet, list) for cell in sheet]
    if not isinstance(cells, list):
        raise UnreadableError(f"{file} is not a notebook: it has no list of cells.")
    return [cell for cell in cells if isinstance(cell, dict) and isinstance(cell.get("cell_type"), str)]


def raw_cells(document: Mapping[str, Any], file: str) -> Iterator[RawCell]:
    """The cells, in order.

    Raises:
        UnreadableError: there is no list of cells, or too much stands in them.
    """
    cells = dicts_of(document, file)
    if sum(map(_length, cells)) > _MAX_SOURCE:
        raise UnreadableError(
            f"{file} holds more than {_MAX_SOURCE:,} characters beside its outputs: "
            "hand in pictures and data as files."
        )
    for cell in cells:
        kind, source = cell["cell_type"], source_of(cell)
        if kind == "heading":  # version 3
            level = cell.get("level")
            deep = level if isinstance(level, int) and 0 < level < 7 else 1
            kind, source = "markdown", f"{'#' * deep} {source}"
        yield RawCell(
            kind=kind if kind in ("code", "markdown") else "raw",
            id=id_of(cell),
            tags=tags_of(cell),
            source=source,
            attachments=attached(cell.get("attachments")),
            outputs=cell.get("outputs"),
        )


def id_of(cell: Mapping[str, Any]) -> str:
    """A cell's id; Colab keeps it in the metadata."""
    metadata = cell.get("metadata")
    found = cell.get("id", metadata.get("id") if isinstance(metadata, dict) else None)
    return found if isinstance(found, str) else ""


def tags_of(cell: Mapping[str, Any]) -> frozenset[str]:
    """A cell's tags."""
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    return frozenset(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else frozenset()


def _length(cell: Mapping[str, Any]) -> int:
    value = cell.get("source", cell.get("input"))
    parts = value if isinstance(value, list) else [value]
    return sum(len(part) for part in parts if isinstance(part, str))


def source_of(cell: Mapping[str, Any]) -> str:
    """A cell's source, its lines ended by `\\n`."""
    value = cell.get("source", cell.get("input"))
    if isinstance(value, list):
        value = "".join(part for part in value if isinstance(part, str))
    return clean(_lines(value)) if isinstance(value, str) else ""


def text_of(data: bytes, file: str) -> str:
    """The text of a file in UTF-8, or in UTF-16 with its mark or as JSON begins in it, lines ended by `\\n`.

    Raises:
        UnreadableError: it is neither.
    """
    try:
        encodings = (name for beginning, name in _UTF16.items() if data.startswith(beginning))
        return _lines(data.decode(next(encodings, "utf-8-sig")))
    except UnicodeDecodeError as error:
        raise UnreadableError(f"{file} is not UTF-8 text: save it as UTF-8 and hand it in again.") from error


def clean(text: str) -> str:
    """Text that any encoder takes: lone surrogates, which JSON may hold, become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
