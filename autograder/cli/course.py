"""`autograder course`: what is told over all labs together. Trusted side."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="All labs of a course together.", no_args_is_help=True)


@app.command()
def report(
    context: typer.Context,
    directories: Annotated[
        list[Path],
        typer.Argument(metavar="DIR...", help="What `grade --out` wrote, one a lab, in their order."),
    ],
    out: Annotated[Path, typer.Option(help="Folder for the table and the pages.")] = Path("course-report"),
) -> None:
    """One table over all labs, weights and late days by `course.toml`, and a page for each student."""
    from rich.console import Console

    from autograder.course.layout import find_course
    from autograder.reports.course import (
        course_standings,
        print_course,
        read_course_rules,
        read_labs,
        write_course,
    )

    course = find_course(context.obj)
    rules = read_course_rules(course.root / "course.toml")
    labs = read_labs(course, directories)
    found = course_standings(labs, rules)
    index = write_course(found, labs, rules, out)
    console = Console()
    print_course(found, labs, rules, console)
    console.print(f"{out / 'course.csv'} · {index}", highlight=False, soft_wrap=True)
