"""Points that a person wrote into a spreadsheet, as changes of the gradebook. Trusted side."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.course.layout import CourseError
from autograder.course.rubric import Rubric
from autograder.gradebook.book import Gradebook
from autograder.gradebook.model import Change, Key, Mark
from autograder.results.schema import Result


@dataclass(frozen=True)
class Given:
    """Points for one task of one student; `comment` is `None` where the table says nothing of one."""

    student: str
    task: str
    points: float
    comment: str | None = None

    def of(self, student: str) -> "Given":
        """The same under the student's key."""
        return replace(self, student=student)


def read_table(path: Path, rubric: Rubric) -> list[Given]:
    """What a CSV gives: a row each with `student`, `task`, `points`, or a column a task as in `grades.csv`.

    Empty cells give nothing.

    Raises:
        CourseError: it cannot be read, or a cell is no number of points that the task can have; says where.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"{path} cannot be read: {error}") from error
    head = text.partition("\n")[0]
    rows = csv.DictReader(text.splitlines(), delimiter=max(",;\t", key=head.count))
    heads = rows.fieldnames or ()
    if "student" not in heads or not ({"task", "points"} <= set(heads) or set(heads) & set(rubric.tasks)):
        raise CourseError(
            f"{path} needs the columns student, task and points, or student and some of a task."
        )
    return [given for row in rows for given in _given(row, rubric, f"{path}, line {rows.line_num}")]


def changes_in(given: Sequence[Given], results: Sequence[Result], book: Gradebook) -> list[Change]:
    """The changes that make the gradebook say what was given; none for what results say already."""
    lab = results[0].assignment
    now = {(one.student, task.id): task for one in results for task in one.tasks}
    marks, answers = book.marks(lab), book.answers(lab)
    changes = []
    for one in given:
        key, task = Key(lab, one.student, one.task), now[one.student, one.task]
        same = task.status not in ("pending", "internal") and round(task.score, 2) == round(one.points, 2)
        if same and one.comment in (None, task.comment):
            continue
        entry = marks.get(key)
        comment = one.comment if one.comment is not None else entry.mark.comment if entry else ""
        mark = Mark(points=one.points, comment=comment)
        answer = answers[key].digest if key in answers else ""
        changes.append(Change(key, mark, entry.version if entry else 0, answer))
    return changes


def _given(row: Mapping[str, str], rubric: Rubric, where: str) -> Iterator[Given]:
    student = (row["student"] or "").removeprefix("'").strip()
    if "task" in row:
        yield from _one(student, row["task"], row["points"], row.get("comment"), rubric, where)
        return
    for task in rubric.tasks:
        yield from _one(student, task, row.get(task), None, rubric, where)


def _one(
    student: str, task: str, points: str | None, comment: str | None, rubric: Rubric, where: str
) -> Iterator[Given]:
    if not (points or "").strip():
        return
    if task not in rubric.tasks:
        raise CourseError(f"{where}: there is no task {task!r}; there is: {', '.join(rubric.tasks)}.")
    most = rubric.tasks[task].points
    try:
        value = float((points or "").replace(",", "."))
    except ValueError:
        value = -1.0
    if not 0 <= value <= most:
        raise CourseError(f"{where}: {task} has 0 to {most:g} points, not {points!r}.")
    yield Given(student, task, value, comment or None)
