"""The class in the terminal, and its points for a spreadsheet. Trusted side, pure."""

import csv
import io
import re
from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from autograder.course.rubric import Rubric
from autograder.reports.statistics import TaskStatistics
from autograder.reports.summary import has_internal, plain, points, status_line, task_summaries
from autograder.results.class_list import Student, names_of
from autograder.results.schema import Result, TaskResult

# how cells begin that a spreadsheet computes
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

_BEHIND = re.compile(rf"(;\s*)(?=[{re.escape(''.join(FORMULA))}])")  # a cell, where `;` separates

_STUDENT, _STATUS = 20, 24  # columns: a name's at most, and what went wrong at least, beside it


def print_table(results: Sequence[Result], rubric: Rubric, console: Console) -> None:
    """Print the class, with an empty line before and after."""
    console.print("", class_table(results, rubric, console.width), "", sep="\n")


def class_table(results: Sequence[Result], rubric: Rubric, width: int) -> RenderableType:
    """One row a submission, one column a task.

    Tasks that await a person in every row have no column; a line below names them. Where `width`, the
    terminal's, leaves little room for what went wrong, that stands below the table, in its whole width.
    """
    tasks = task_summaries(results, rubric)
    waiting = [task for task in tasks if task.pending and task.pending == len(results)]
    columns = [task for task in tasks if task not in waiting]

    table = Table(box=None, pad_edge=True, padding=(0, 1), header_style="dim")
    table.add_column("student", no_wrap=True, overflow="ellipsis", max_width=_STUDENT)
    for task in columns:
        table.add_column(f"+{task.id}" if task.bonus else task.id, justify="right", no_wrap=True)
    table.add_column("total", justify="right", no_wrap=True)
    beside = width - _STUDENT - 6 * len(columns) - 9 >= _STATUS
    if beside:
        table.add_column("status", overflow="fold")
    notes: list[Text] = []
    for result in results:
        by_id = {task.id: task for task in result.tasks}
        total = Text(f"{points(result.score)}/{points(result.max_score)}", style="bold")
        status = Text(status_line(result), style="bold red" if has_internal(result) else "")
        name = Text(plain(result.shown))
        cells = (_cell(by_id.get(task.id)) for task in columns)
        table.add_row(name, *cells, total, *([status] if beside else []))
        if status and not beside:
            notes.append(Text.assemble("\n" if not notes else "", " ", name, ": ", status))
    if waiting:
        ids = ", ".join(task.id for task in waiting)
        each = points(sum(task.max_score for task in waiting))
        notes.append(Text(f"\n awaiting a person: {ids} ({each} points a student)", style="dim"))
    return Group(table, *notes)


def _cell(task: TaskResult | None) -> Text:
    if task is None:
        return Text("")
    if task.status == "pending":
        return Text("…", style="dim")
    if task.status == "internal":
        return Text("!", style="bold white on red")
    if task.status == "passed":
        return Text(points(task.score))
    return Text(points(task.score), style="yellow" if task.score else "red")


def grades_csv(results: Sequence[Result], rubric: Rubric, absent: Sequence[Student] = ()) -> str:
    """The class as CSV: student, name where one is known, one column a task, score, max_score, status.

    A task that awaits a person, or where the grader failed, is empty and not 0. Text that a spreadsheet
    would take for a formula starts with an apostrophe. Those who are `absent` have a row without points.
    """
    named = any([*(one.name for one in results), *(one.name for one in absent)])
    names = names_of(absent)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(["student", *(["name"] if named else []), *rubric.tasks, "score", "max_score", "status"])
    for result in results:
        scores = {
            task.id: points(task.score) for task in result.tasks if task.status not in ("pending", "internal")
        }
        writer.writerow(
            [
                disarmed(result.student),
                *([disarmed(result.shown)] if named else []),
                *(scores.get(task, "") for task in rubric.tasks),
                points(result.score),
                points(result.max_score),
                disarmed(status_line(result)),
            ]
        )
    for one in absent:
        name = [disarmed(names[one.student])] if named else []
        empty = [""] * (len(rubric.tasks) + 2)
        writer.writerow([disarmed(one.student), *name, *empty, "not handed in"])
    return out.getvalue()


def print_tasks(tasks: Sequence[TaskStatistics], console: Console) -> None:
    """Print difficulty and discrimination of the tasks that were graded."""
    table = Table(box=None, pad_edge=True, padding=(0, 1), header_style="dim")
    table.add_column("task", overflow="fold")
    for head in ("difficulty", "discrimination", "not full", "samples mislead"):
        table.add_column(head, justify="right", no_wrap=True)
    for one in tasks:
        if one.graded:
            shares = (one.difficulty, one.discrimination)
            told = ["–" if share is None else f"{share:.2f}" for share in shares]
            misled = str(len(one.misled) + len(one.warned) or "")
            table.add_row(Text(f"{one.id} {plain(one.title)}"), *told, f"{one.failed}/{one.graded}", misled)
    console.print(table, "", sep="\n")


def disarmed(value: str) -> str:
    """Text on one line that no spreadsheet takes for a formula."""
    value = _BEHIND.sub(r"\1'", plain(value))
    return f"'{value}" if value.startswith(FORMULA) else value
