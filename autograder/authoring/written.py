"""Written tasks in the master: the reference answer, and the items that a person ticks. Trusted side.

Both stand between the markers of the task's answer cell; an item is a line like `- [ ] (3 points) says why`.
"""

import re
from dataclasses import dataclass

from autograder.authoring.master import Master, MasterCell, marker
from autograder.course.rubric import Rubric

_ITEM = re.compile(r"- \[ \] \((\d+(?:\.\d+)?) points?\) (.+)")


@dataclass(frozen=True)
class Item:
    """One thing to look for in a written answer."""

    text: str
    points: float


@dataclass(frozen=True)
class WrittenTask:
    """What a person grades a written answer by."""

    reference: str  # Markdown
    items: tuple[Item, ...]


def written_tasks(master: Master, rubric: Rubric) -> dict[str, WrittenTask]:
    """The written tasks of a lab by id.

    Raises:
        AuthoringError: a task's items do not sum to its points in the rubric; names file and line.
    """
    found = {}
    for cell in master.cells:
        if cell.written and cell.task:
            task = _read(cell)
            total = sum(item.points for item in task.items)
            points = rubric.tasks[cell.task].points
            if total != points:
                raise master.error(
                    cell.line,
                    f"the items of task {cell.task}, lines '- [ ] (3 points) ...' between the markers, "
                    f"sum to {total:g} points, but the rubric gives {points:g}.",
                )
            found[cell.task] = task
    return found


def _read(cell: MasterCell) -> WrittenTask:
    reference: list[str] = []
    items: list[Item] = []
    inside = False
    for line in cell.source.split("\n"):
        if found := marker(line, cell.kind):
            inside = found == "BEGIN"
        elif inside and (item := _ITEM.fullmatch(line.strip())):
            items.append(Item(item[2], float(item[1])))
        elif inside:
            reference.append(line)
    return WrittenTask("\n".join(reference).strip(), tuple(items))
