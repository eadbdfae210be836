"""`autograder report`: write or print the reports of a grading again. Trusted side."""

from pathlib import Path
from typing import Annotated

import typer


def report(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="What `grade --out` wrote.")],
    text: Annotated[bool, typer.Option("--text", help="Print the report; write nothing.")] = False,
    earlier: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FOLDER", help="Submissions of an earlier year, to compare code with from now on."
        ),
    ] = None,
    table: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a row for each student and task: .csv or .parquet."),
    ] = None,
) -> None:
    """Make the class report and the students' pages again from DIR/results."""
    from rich.console import Console

    from autograder.course.layout import find_course
    from autograder.course.rubric import read_rubric
    from autograder.lab.lab import read_lab
    from autograder.reports.changes import before, changes, scores_of
    from autograder.reports.html import seconds_of
    from autograder.reports.publish import publish
    from autograder.reports.roll import notes
    from autograder.reports.rows import rows, write_rows
    from autograder.reports.similarity import kept
    from autograder.reports.sources import compare_code, remember_earlier
    from autograder.reports.store import read_results
    from autograder.reports.terminal import print_report

    results = read_results(directory)
    assignment = find_course(context.obj).assignment(results[0].assignment)
    rubric = read_rubric(assignment.rubric)
    if earlier:
        remember_earlier(earlier, directory)
        compare_code(read_lab(assignment, ()), results, directory)
    if table:
        write_rows(rows(results, seconds_of(results, directory)), table)
        typer.echo(table)
    elif text:
        changed = changes(before(results, directory / "last.json"), scores_of(results))
        alike = kept(directory / "alike.json")
        print_report(
            results,
            rubric,
            changed,
            seconds_of(results, directory),
            alike,
            notes(directory, results),
            Console(),
        )
    else:
        typer.echo(publish(results, rubric, directory))
