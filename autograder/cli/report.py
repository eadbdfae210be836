"""`autograder report`: write or print the reports of a grading again. Trusted side."""

from pathlib import Path
from typing import Annotated

import typer


def report(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="What `grade --out` wrote.")],
    text: Annotated[bool, typer.Option("--text", help="Print the table; write nothing.")] = False,
) -> None:
    """Make the class report and the students' pages again from DIR/results."""
    from rich.console import Console

    from autograder.course import find_course
    from autograder.reports.publish import publish
    from autograder.reports.store import read_results
    from autograder.reports.table import print_table
    from autograder.rubric import read_rubric

    results = read_results(directory)
    rubric = read_rubric(find_course(context.obj).assignment(results[0].assignment).rubric)
    if text:
        print_table(results, rubric, Console())
    else:
        typer.echo(publish(results, rubric, directory))
