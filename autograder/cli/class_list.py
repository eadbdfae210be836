"""`autograder class`: who is in the class, who has not handed in, who left. Trusted side."""

from pathlib import Path
from typing import Annotated

import typer


def class_list(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="What `grade --out` wrote.")],
    listed: Annotated[
        Path | None,
        typer.Argument(metavar="[LIST]", help="A CSV of the platform's or your own: it decides who is in."),
    ] = None,
) -> None:
    """Show who is in the class; with LIST, take in names, groups, extensions, and who is in."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from autograder.course.layout import CourseError, find_course
    from autograder.course.rubric import read_rubric
    from autograder.platforms.class_lists import read_class_list
    from autograder.reports.publish import publish
    from autograder.reports.roll import notes
    from autograder.reports.store import read_results
    from autograder.reports.summary import plain, points
    from autograder.results.class_list import CLASS, Student, by_name_alone, class_of, with_list, write_roster

    results = read_results(directory)
    students = class_of(directory)
    if listed:
        there = {one.student for one in students}
        plainly = [Student(student=one.student) for one in results if one.student not in there]
        rubric = read_rubric(find_course(context.obj).assignment(results[0].assignment).rubric)
        known, wanted = [*students, *plainly], read_class_list(listed)
        students = with_list(known, wanted)
        if not {one.student for one in students if not one.left} & {one.student for one in known}:
            raise CourseError(f"{listed} has nobody of those who handed in: it is another class's.")
        for one, key in by_name_alone(known, wanted):
            typer.echo(f"{plain(one.name)} ({plain(one.student)}) is taken for {plain(key)}, by name alone.")
        write_roster(students, directory / CLASS)
        results = read_results(directory)
        publish(results, rubric, directory)
    if not students:
        raise CourseError(f"{directory} has no class list yet: autograder class {directory} LIST")
    table = Table(box=None, padding=(0, 1), header_style="dim")
    for head in ("id", "name", "group", "due", "total"):
        table.add_column(head)
    totals = {one.student: points(one.score) for one in results}
    for one in students:
        if not one.left:
            due = one.due.isoformat(" ", "minutes") if one.due else ""
            cells = (one.student, one.name, one.group, due, totals.get(one.student, "not handed in"))
            table.add_row(*(Text(plain(cell)) for cell in cells))
    console = Console()
    console.print(table)
    for note in notes(directory, results):
        console.print(note, highlight=False, soft_wrap=True, markup=False)
