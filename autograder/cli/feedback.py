"""`autograder feedback`: each student's own notebook with the results in it. Trusted side."""

from pathlib import Path
from typing import Annotated

import typer


def feedback(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="What `grade --out` wrote.")],
    student: Annotated[list[str] | None, typer.Option(help="Only this student; may be repeated.")] = None,
) -> None:
    """Write DIR/feedback/STUDENT.html: the notebook as handed in, with the result beside each task."""
    from rich.console import Console
    from rich.progress import track

    from autograder.course.layout import find_course
    from autograder.lab.lab import read_lab
    from autograder.reports.handback import write_feedback
    from autograder.reports.store import read_results
    from autograder.results.class_list import class_of, found_in

    results = read_results(directory)
    keys = [result.student for result in results]
    meant = {found_in(class_of(directory), keys, one) for one in student or ()}
    wanted = [result for result in results if not student or result.student in meant]
    lab = read_lab(find_course(context.obj).assignment(results[0].assignment), ())
    pages = write_feedback(wanted, lab, directory)
    console = Console(stderr=True)
    shown = track(pages, "feedback", len(wanted), console=console, disable=not console.is_terminal)
    folder = {path.parent for path in shown}.pop()
    typer.echo(f"{len(wanted)} page{'s' if len(wanted) != 1 else ''} in {folder}")
