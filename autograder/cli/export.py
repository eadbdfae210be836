"""`autograder export`: grades and feedback for a learning platform. Trusted side."""

from pathlib import Path
from typing import Annotated, Literal

import typer


def export(
    context: typer.Context,
    platform: Annotated[
        Literal["canvas", "moodle"], typer.Argument(metavar="PLATFORM", help="canvas or moodle.")
    ],
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="What `grade --out` wrote.")],
    roster: Annotated[
        Path | None, typer.Option(metavar="FILE", help="roster.json; without, that beside the submissions.")
    ] = None,
) -> None:
    """Write DIR/export/: a file of grades that the platform imports, and feedback files to upload."""
    from autograder.course import CourseError, find_course
    from autograder.made import read_made
    from autograder.platforms.exports import canvas_grades, feedback_zip, moodle_grades
    from autograder.platforms.roster import read_roster
    from autograder.reports.store import read_results
    from autograder.rubric import read_rubric
    from autograder.submission.find import ROSTER

    results = read_results(directory)
    rubric = read_rubric(find_course(context.obj).assignment(results[0].assignment).rubric)
    made = next(filter(None, (read_made(directory, result.student) for result in results)), None)
    if roster is None and made is None:
        raise CourseError("It is not known where the submissions lay: name the roster with --roster.")
    where = roster or Path(made.path if made else "").parent / ROSTER
    entries = {entry.student: entry for entry in read_roster(where)}
    out = directory / "export"
    out.mkdir(exist_ok=True)
    grades = out / f"{platform}-grades.csv"
    table = (
        canvas_grades(results, entries, rubric) if platform == "canvas" else moodle_grades(results, entries)
    )
    grades.write_text(table, encoding="utf-8")
    typer.echo(grades)
    pages = {path.stem: path for path in (directory / "feedback").glob("*.html")}
    if pages:
        feedback = out / f"{platform}-feedback.zip"
        feedback.write_bytes(feedback_zip(pages, entries))
        typer.echo(feedback)
    else:
        typer.echo(f"No feedback yet: autograder feedback {directory}", err=True)
    if unknown := sorted({result.student for result in results} - set(entries)):
        typer.echo(f"Not in the roster, so left out: {', '.join(unknown)}", err=True)
