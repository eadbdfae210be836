"""What the assignment's own notebook says about a submission's cells. Trusted side, pure.

A cell is recognised by its tag, by its id, or, where an editor dropped both, by its unchanged source.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from autograder.course.layout import CourseError
from autograder.submission.document import RawCell, assignment_of, document_of, raw_cells, tasks_of
from autograder.submission.kinds import UnreadableError

PLACEHOLDER = "*Your answer here.*"  # of a written answer that is still to come


@dataclass(frozen=True)
class Policy:
    """How to treat the cells of a submission, from the assignment's own notebook.

    Attributes:
        assignment: name of the assignment.
        check_ids, check_sources, skip_ids, skip_sources: what check and skip cells are recognised by.
        written_ids: id of a written answer's cell -> task id.
        written_after: source of the cell before a written answer -> task id.
        questions: id of the cell before a written answer -> task id.
        tasks_by_id: id of a cell to be filled in, in code or in words -> its tasks.
        given: id of a cell that is no written answer -> its source.
        prose: sources of the Markdown cells that are no answers; sources: of all cells that are none.
    """

    assignment: str = ""
    check_ids: frozenset[str] = frozenset()
    check_sources: frozenset[str] = frozenset()
    skip_ids: frozenset[str] = frozenset()
    skip_sources: frozenset[str] = frozenset()
    written_ids: Mapping[str, str] = field(default_factory=dict)
    written_after: Mapping[str, str] = field(default_factory=dict)
    questions: Mapping[str, str] = field(default_factory=dict)
    tasks_by_id: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    prose: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    headings: Mapping[str, str] = field(default_factory=dict)  # first line of a Markdown cell -> its source

    @cached_property
    def stubs(self) -> frozenset[str]:
        """Sources of the cells to be filled in, as they are before."""
        return frozenset(self.given[id] for id in self.tasks_by_id if id in self.given)

    def answered_by(self, cell: RawCell) -> str | None:
        """The task that this cell is to answer in words."""
        return cell.written_task or self.written_ids.get(cell.id)

    def asked_by(self, cell: RawCell) -> str | None:
        """The task whose question this cell is, even where something was added to it."""
        return self.written_after.get(cell.key) or self.questions.get(cell.id)

    def knows(self, cell: RawCell) -> bool:
        """Whether the assignment has this cell, with other content or without."""
        return cell.key in self.sources or cell.id in self.given or not cell.tags.isdisjoint(_GIVEN)


def heading_of(source: str) -> str:
    """The heading that a cell begins with, without the parenthesis behind it; empty without one."""
    first = source.partition("\n")[0].strip()
    return re.sub(r"\([^()]*\)$", "", first).rstrip() if first.startswith("#") else ""


_GIVEN = {"check", "skip", "given"}


def policy_of(notebook: str) -> Policy:
    """The policy that an assignment's built notebook stands for.

    Raises:
        CourseError: it is no notebook.
    """
    try:
        document = document_of(notebook.encode(), "the assignment's notebook")
        cells = list(raw_cells(document, "the assignment's notebook"))
    except UnreadableError as error:
        raise CourseError(f"{error} Build it anew: autograder build") from error
    checks = [cell for cell in cells if cell.kind == "code" and "check" in cell.tags]
    skips = [cell for cell in cells if cell.kind == "code" and "skip" in cell.tags]
    answers = [(before, cell, task) for before, cell in pairwise(cells) if (task := cell.written_task)]
    given = [cell for cell in cells if not cell.written_task]
    return Policy(
        assignment=assignment_of(document),
        check_ids=frozenset(cell.id for cell in checks if cell.id),
        check_sources=frozenset(cell.key for cell in checks),
        skip_ids=frozenset(cell.id for cell in skips if cell.id),
        skip_sources=frozenset(cell.key for cell in skips),
        written_ids={cell.id: task for _, cell, task in answers if cell.id},
        written_after={before.key: task for before, _, task in answers},
        questions={before.id: task for before, _, task in answers if before.id},
        tasks_by_id={cell.id: tasks_of(cell.tags) for cell in cells if cell.id and tasks_of(cell.tags)},
        given={cell.id: cell.key for cell in given if cell.id},
        prose=frozenset(cell.key for cell in given if cell.kind == "markdown"),
        sources=frozenset(cell.key for cell in given),
        headings={heading: cell.key for cell in given if (heading := heading_of(cell.key))},
    )
