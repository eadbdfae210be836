"""Mutants: the reference with one thing changed, as a student might have written it. Trusted side, pure.

Only what stands between `BEGIN SOLUTION` and `END SOLUTION` is changed. Each change is a span of the text, so
that a mutant differs from the reference in a line or two and its difference can be read.
"""

import ast
import difflib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from autograder.authoring.changes import Change, changes_of
from autograder.authoring.master import Master, MasterCell, marker
from autograder.authoring.notebook import solved_source
from autograder.course.rubric import Rubric
from autograder.submission import Submission


@dataclass(frozen=True)
class Mutant:
    """One change of one answer.

    Attributes:
        task: whose answer is changed. line: in the master.
        told: what was changed, in words that show no line: "`sum` in place of `mean` in `loss`".
        before, after: the whole cell, solved.
    """

    task: str
    line: int
    told: str
    before: str
    after: str

    @property
    def lines(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The lines that differ, without their indent: the reference's and the mutant's."""
        pairs = difflib.SequenceMatcher(None, self.before.split("\n"), self.after.split("\n"), autojunk=False)
        was, now = [], []
        for tag, a, b, c, d in pairs.get_opcodes():
            if tag != "equal":
                was += [line.strip() for line in self.before.split("\n")[a:b]]
                now += [line.strip() for line in self.after.split("\n")[c:d]]
        return tuple(was), tuple(now)

    def submission(self, reference: Submission) -> Submission:
        """The reference with this change in it."""
        cells = tuple(
            replace(cell, source=self.after) if cell.source == self.before else cell
            for cell in reference.cells
        )
        return replace(reference, student="mutant", name="mutant", cells=cells)


def mutants_of(master: Master, rubric: Rubric) -> tuple[Mutant, ...]:
    """Every mutant of every answer to a task of code, in the order of the master; no two are the same text.

    Cells that only train are left out: of them nothing but definitions is ever graded.
    """
    found: dict[str, Mutant] = {}
    for cell in master.cells:
        if cell.kind == "code" and cell.tasks and "skip" not in cell.tags:
            for mutant in _mutants(cell):
                if rubric.tasks[mutant.task].kind == "code":
                    found.setdefault(mutant.after, mutant)
    return tuple(found.values())


def _mutants(cell: MasterCell) -> Iterator[Mutant]:
    source = solved_source(cell)
    places = _answer_lines(cell)
    for change in changes_of(ast.parse(source), source):
        first = source.count("\n", 0, change.start) + 1
        last = source.count("\n", 0, change.end) + 1
        if first not in places or last not in places:
            continue
        after = source[: change.start] + change.text + source[change.end :]
        if after != source and _compiles(after):
            task, line = places[first]
            yield Mutant(task, line, _sentence(change), source, after)


def _answer_lines(cell: MasterCell) -> dict[int, tuple[str, int]]:
    """The lines of the solved cell that are an answer: to which task, and where they are in the master."""
    places: dict[int, tuple[str, int]] = {}
    task, inside, number = cell.tasks[0], False, 0
    for offset, line in enumerate(cell.source.split("\n"), start=1):
        if found := marker(line, cell.kind):
            inside = found == "BEGIN"
            continue
        number += 1
        if inside:
            places[number] = task, cell.line + offset
        else:
            task = next((t for t in cell.tasks if f"TODO {t}" in line), task)
    return places


def _compiles(source: str) -> bool:
    try:
        compile(source, "mutant", "exec")
    except SyntaxError:
        return False
    return True


def _sentence(change: Change) -> str:
    return f"{change.told} in `{change.function}`" if change.function else change.told
