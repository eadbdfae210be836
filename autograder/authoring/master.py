"""The master of a lab, read and checked: percent-format text with the reference answers. Trusted side, pure.

    # %% [markdown] id="task-1-1"
    # ## 1.1 Class means  (10 points, easy, 5 minutes)

    # %% id="answer-1-1" tags=["task-1.1"]
    def class_means(features, labels):
        # TODO 1.1: which classes are there?
        # BEGIN SOLUTION
        return torch.stack([features[labels == c].mean(dim=0) for c in labels.unique()])
        # END SOLUTION

A written task's answer is a Markdown cell with the tags `written` and `task-...`; its reference answer
stands between the lines `<!-- BEGIN SOLUTION -->` and `<!-- END SOLUTION -->`. Tags: `task-1.1` (an answer
cell; a cell may have several, several cells may share one), `written`, `skip` (training and figures: the
grader runs their definitions only), `given` (folded away), `hints`, and `check` on the cells that the build
adds.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from autograder.course.layout import CourseError
from autograder.course.rubric import Rubric, Task

Marker = Literal["BEGIN", "END"]

TAGS = ("written", "skip", "given", "hints")  # besides task-...; `check` is the build's own
_CELL = re.compile(r"#\s*%%+(\s|$)")  # as jupytext sees it
_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")  # what nbformat allows
_MARKER = re.compile(r"\s*#\s(BEGIN|END) SOLUTION\s*")
_MARKDOWN_MARKER = re.compile(r"(?:#\s)?<!-- (BEGIN|END) SOLUTION -->\s*")
_ALMOST_MARKER = re.compile(r"\b(BEGIN|END)[\s_-]*SOLUTION", re.IGNORECASE)


class AuthoringError(CourseError):
    """A lab's source cannot be built. The message begins with file and line and says what is wrong."""


@dataclass(frozen=True)
class MasterCell:
    """One cell of the master. `line` is the 1-based line of its `# %%` in the file.

    Attributes:
        source: as in a notebook: Markdown without `#`, magics uncommented, markers still in it.
    """

    kind: Literal["code", "markdown"]
    id: str
    tags: tuple[str, ...]
    source: str
    line: int

    @property
    def tasks(self) -> tuple[str, ...]:
        """Ids of the tasks that this cell answers, in the order of its tags."""
        return tuple(tag.removeprefix("task-") for tag in self.tags if tag.startswith("task-"))

    @property
    def task(self) -> str | None:
        """The first task that this cell answers."""
        return self.tasks[0] if self.tasks else None

    @property
    def written(self) -> bool:
        return "written" in self.tags


@dataclass(frozen=True)
class Master:
    """A lab's master. `path` is only for messages."""

    path: Path
    cells: tuple[MasterCell, ...]

    def checked_tasks(self) -> list[str]:
        """Tasks with an answer in code, in order of appearance: each gets a check cell."""
        return list(dict.fromkeys(task for cell in self.cells if not cell.written for task in cell.tasks))

    def error(self, line: int, message: str) -> AuthoringError:
        """What to raise about a line of this master."""
        return AuthoringError(f"{self.path}:{line}: {message}")


def read_master(path: Path, text: str | None = None) -> Master:
    """Parse a master and check what can be told from it alone: cells, ids, tags, markers.

    Args:
        path: of the master, named in messages. text: its contents, where they are not to be read from `path`.

    Raises:
        AuthoringError: names file and line.
    """
    if text is None:
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise AuthoringError(f"{path}:1: the master cannot be read: {error.strerror}.") from error
    cells = tuple(_cells(path, text))
    master = Master(path, cells)
    _check_ids(master)
    for cell in cells:
        _check_tags(master, cell)
    ends = [cell.line - 1 for cell in cells[1:]] + [text.count("\n") + 1]
    lines = text.split("\n")
    for cell, end in zip(cells, ends, strict=True):
        _check_markers(master, cell, lines[cell.line : end])
    return master


def check_master(master: Master, rubric: Rubric, grader_tasks: Collection[str]) -> None:
    """Check the master against the rubric and the graders.

    Args:
        grader_tasks: ids of the tasks that some grader decides about.

    Raises:
        AuthoringError: names file and line.
    """
    for cell in master.cells:
        for task_id in cell.tasks:
            if task_id not in rubric.tasks:
                raise master.error(cell.line, f"tag task-{task_id} names no task of the rubric.")
            if (rubric.tasks[task_id].kind == "written") != cell.written:
                raise master.error(
                    cell.line,
                    f"task {task_id} is {rubric.tasks[task_id].kind} in the rubric, so its answer cell "
                    f"must {'not ' if cell.written else ''}be Markdown with the tag written.",
                )
    for task_id, task in rubric.tasks.items():
        answers = [cell for cell in master.cells if task_id in cell.tasks]
        if not answers:
            raise master.error(1, f"the rubric's task {task_id} has no cell with the tag task-{task_id}.")
        if task.kind != "weights" and not any(_marked(cell) for cell in answers):
            raise master.error(
                answers[0].line, f"no cell of task {task_id} has a reference answer in markers."
            )
        if task.kind != "written" and task_id not in grader_tasks:
            raise master.error(
                answers[0].line, f"task {task_id} has no grader: write one with @task({task_id!r})."
            )
        _check_heading(master, task_id, task, answers[0])


def marker(line: str, kind: str) -> Marker | None:
    """`BEGIN` or `END` where the line of a cell of this kind is a solution marker."""
    found = (_MARKER if kind == "code" else _MARKDOWN_MARKER).fullmatch(line)
    return None if found is None else "BEGIN" if found[1] == "BEGIN" else "END"


def heading(task: Task) -> str:
    """What the heading of a task says about it: `(10 points, easy, 5 minutes)`."""
    points = f"{task.points:g}{' bonus' if task.bonus else ''} point{'' if task.points == 1 else 's'}"
    return f"({points}, {task.difficulty}, {task.minutes} minute{'' if task.minutes == 1 else 's'})"


def _cells(path: Path, text: str) -> Iterator[MasterCell]:
    import jupytext  # half a second, which a grading that only knows the errors of this module need not wait

    lines = text.split("\n")
    markers = [number for number, line in enumerate(lines, 1) if _CELL.match(line)]
    for line in markers:
        if re.search(r"\stags=(?!\[)", lines[line - 1]):
            raise AuthoringError(f'{path}:{line}: write the cell\'s tags as tags=["...", "..."].')
    try:
        parsed = jupytext.reads(text, fmt="py:percent").cells
    except Exception as error:  # jupytext lets YAML's and nbformat's own errors through
        raise AuthoringError(f"{path}:1: jupytext cannot read the master: {_first_line(error)}") from error
    if len(parsed) != len(markers):
        raise AuthoringError(
            f"{path}:1: jupytext sees {len(parsed)} cells, but {len(markers)} lines begin with '# %%'. "
            "Is there code before the first one, or one inside a string?"
        )
    for line, cell in zip(markers, parsed, strict=True):
        metadata: dict[str, Any] = dict(cell.metadata)
        if cell.cell_type not in ("code", "markdown"):
            raise AuthoringError(f"{path}:{line}: a cell is code or [markdown], not [{cell.cell_type}].")
        if "incorrectly_encoded_metadata" in metadata:
            raise AuthoringError(f'{path}:{line}: write the cell\'s metadata as id="..." tags=["..."].')
        if "id" not in metadata or str(metadata["id"]) not in lines[line - 1]:
            raise AuthoringError(f'{path}:{line}: the cell has no id: add id="...".')
        yield MasterCell(
            cell.cell_type, str(metadata["id"]), tuple(metadata.get("tags", ())), cell.source, line
        )


def _check_ids(master: Master) -> None:
    seen: dict[str, int] = {}
    for cell in master.cells:
        if not _ID.fullmatch(cell.id):
            raise master.error(
                cell.line,
                f"id {cell.id!r} must be 1 to 64 letters, digits, '-' or '_' (dots are not allowed).",
            )
        if cell.id.startswith("check-"):
            raise master.error(cell.line, f"id {cell.id!r}: ids that begin with check- are the build's own.")
        if cell.id in seen:
            raise master.error(cell.line, f"id {cell.id!r} is already used at line {seen[cell.id]}.")
        seen[cell.id] = cell.line


def _check_tags(master: Master, cell: MasterCell) -> None:
    for tag in cell.tags:
        if tag not in TAGS and not tag.startswith("task-"):
            raise master.error(cell.line, f"tag {tag!r} is unknown: use task-..., {', '.join(TAGS)}.")
    if cell.written and (cell.kind != "markdown" or len(cell.tasks) != 1):
        raise master.error(cell.line, "the tag written belongs on a Markdown cell with one task-... tag.")


def _check_markers(master: Master, cell: MasterCell, lines: list[str]) -> None:
    """`lines` are the cell's lines in the file, after its `# %%` line."""
    opened: int | None = None
    for number, line in enumerate(lines, cell.line + 1):
        found = marker(line, cell.kind)
        if found is None:
            if _ALMOST_MARKER.search(line):
                wanted = "# BEGIN SOLUTION" if cell.kind == "code" else "<!-- BEGIN SOLUTION -->"
                raise master.error(
                    number, f"this is almost a marker: it must be exactly {wanted!r} (or END)."
                )
            continue
        if not cell.tasks or (cell.kind == "markdown" and not cell.written):
            raise master.error(
                number, f"marker {found} SOLUTION stands outside an answer cell: tag it task-...."
            )
        if found == "BEGIN" and opened is not None:
            raise master.error(number, f"marker BEGIN SOLUTION inside the one opened at line {opened}.")
        if found == "END" and opened is None:
            raise master.error(number, "marker END SOLUTION closes nothing.")
        opened = number if found == "BEGIN" else None
    if opened is not None:
        raise master.error(opened, "marker BEGIN SOLUTION is never closed.")


def _check_heading(master: Master, task_id: str, task: Task, answer: MasterCell) -> None:
    wanted = f"task-{task_id.replace('.', '-')}"
    cell = next((cell for cell in master.cells if cell.id == wanted and cell.kind == "markdown"), None)
    if cell is None:
        raise master.error(
            answer.line, f"task {task_id} has no Markdown cell with the id {wanted} that explains it."
        )
    first = cell.source.lstrip().split("\n")[0]
    if not (first.startswith("#") and task_id in first and heading(task) in first):
        raise master.error(
            cell.line, f"the cell's heading must name {task_id} and, as the rubric does, {heading(task)!r}."
        )


def _marked(cell: MasterCell) -> bool:
    return any(marker(line, cell.kind) for line in cell.source.split("\n"))


def _first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).strip().splitlines()[0] if str(error).strip() else ''}"
