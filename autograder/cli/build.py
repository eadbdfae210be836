"""`autograder build`: masters become notebooks, check cells and sample expectations. Trusted side."""

from pathlib import Path
from typing import Annotated

import typer


def build(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME...]", help="Labs; all without.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if anything differs.")
    ] = False,
) -> None:
    """Make each lab's notebook, check cells and sample expectations from its master."""
    from autograder.authoring.build import planned, stale
    from autograder.course.layout import find_course
    from autograder.grading.expectations_file import grader_tasks, record_expectations, same_expectations

    course = find_course(context.obj)
    different: list[Path] = []
    for assignment in course.assignments(names):
        plan = planned(assignment, grader_tasks(assignment))
        outdated = stale(plan)
        different += outdated
        if not check:
            for path in outdated:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(plan[path], encoding="utf-8")
        if check and outdated:
            continue  # expectations come from the notebook's policy: mend that first
        expectations = record_expectations(assignment)
        if not same_expectations(assignment, expectations):
            different.append(assignment.expectations)
            if not check:
                expectations.write(assignment.expectations)
    for path in different:
        typer.echo(f"{'stale' if check else 'wrote'} {path.relative_to(course.root)}")
    if not different:
        typer.echo("Everything is up to date.")
    elif check:
        typer.echo("Run: autograder build")
        raise typer.Exit(1)
