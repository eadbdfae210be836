"""`autograder export`: for a platform, the grades of a class or an autograder of its own. Trusted side."""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from autograder.platforms.roster import Entry
    from autograder.results.schema import Result

app = typer.Typer(help="Grades and autograders for other platforms.", no_args_is_help=True)

Directory = Annotated[Path, typer.Argument(metavar="DIR", help="What `grade --out` wrote.")]
Roster = Annotated[
    Path | None, typer.Option(metavar="FILE", help="roster.json; without, that beside the submissions.")
]


@app.command()
def canvas(context: typer.Context, directory: Directory, roster: Roster = None) -> None:
    """Write DIR/export/: a file of grades that Canvas imports, and feedback files to upload."""
    from autograder.course.layout import find_course
    from autograder.course.rubric import read_rubric
    from autograder.platforms.exports import canvas_grades
    from autograder.reports.store import read_results

    results = read_results(directory)
    entries = _entries_of("canvas", directory, results, roster)
    rubric = read_rubric(find_course(context.obj).assignment(results[0].assignment).rubric)
    _hand_over(directory, "canvas", canvas_grades(results, entries, rubric), results, entries)


@app.command()
def moodle(directory: Directory, roster: Roster = None) -> None:
    """Write DIR/export/: the grading worksheet that Moodle imports, and feedback files to upload."""
    from autograder.platforms.exports import moodle_grades
    from autograder.reports.store import read_results

    results = read_results(directory)
    entries = _entries_of("moodle", directory, results, roster)
    _hand_over(directory, "moodle", moodle_grades(results, entries), results, entries)


@app.command()
def nbgrader(
    directory: Directory,
    database: Annotated[str, typer.Option("--db", metavar="URL", help="nbgrader's gradebook.")],
    roster: Roster = None,
) -> None:
    """Write the grades into nbgrader's gradebook, such as sqlite:///gradebook.db."""
    from sqlalchemy.exc import SAWarning

    from autograder.course.layout import CourseError
    from autograder.platforms.nbgrader import write_grades
    from autograder.reports.store import read_results

    results = read_results(directory)
    try:
        entries = _entries(directory, results, roster)
    except CourseError:
        if roster:
            raise
        entries = {}  # students are called in nbgrader what they are called here
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # of nbgrader's own queries
        number = write_grades(results, entries, database)
    typer.echo(f"{number} student{'s' if number != 1 else ''} in {database}")


@app.command()
def gradescope(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The lab.")],
    out: Annotated[Path, typer.Option(help="Folder for the zip.")],
) -> None:
    """Zip an autograder for Gradescope. Solutions and secret cases are in it: it is no file for students."""
    from autograder.course.layout import find_course
    from autograder.platforms.package import write_gradescope

    typer.echo(write_gradescope(find_course(context.obj).assignment(name), out))


@app.command()
def otter(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The lab.")],
    out: Annotated[Path, typer.Option(help="Folder for the zip.")],
) -> None:
    """Zip an autograder that Otter grades with. Secret cases are in it: it is no file for students."""
    from autograder.course.layout import find_course
    from autograder.platforms.package import write_otter

    typer.echo(write_otter(find_course(context.obj).assignment(name), out))


def _entries(directory: Path, results: "list[Result]", roster: Path | None) -> "dict[str, Entry]":
    from autograder.course.layout import CourseError
    from autograder.grading.provenance import read_made
    from autograder.platforms.roster import read_roster
    from autograder.submission.find import ROSTER

    made = next(filter(None, (read_made(directory, result.student) for result in results)), None)
    if roster is None and made is None:
        raise CourseError("It is not known where the submissions lay: name the roster with --roster.")
    where = roster or Path(made.path if made else "").parent / ROSTER
    return {entry.student: entry for entry in read_roster(where)}


def _entries_of(
    platform: str, directory: Path, results: "list[Result]", roster: Path | None
) -> "dict[str, Entry]":
    """Those of a roster that is the platform's own: another one's numbers are other people's here."""
    from autograder.course.layout import CourseError

    entries = _entries(directory, results, roster)
    others = sorted({entry.platform for entry in entries.values()} - {platform})
    if others:
        raise CourseError(
            f"The class was taken in from {others[0]}, whose numbers mean nothing to {platform}: "
            f"autograder intake a download of {platform}'s, and name its roster with --roster."
        )
    return entries


def _hand_over(
    directory: Path, platform: str, table: str, results: "list[Result]", entries: "dict[str, Entry]"
) -> None:
    from autograder.platforms.exports import feedback_zip

    out = directory / "export"
    out.mkdir(exist_ok=True)
    grades = out / f"{platform}-grades.csv"
    grades.write_text(table, encoding="utf-8")
    typer.echo(grades)
    pages = {path.stem: path for path in (directory / "feedback").glob("*.html")}
    if pages:
        feedback = out / f"{platform}-feedback.zip"
        feedback.write_bytes(feedback_zip(pages, entries))
        typer.echo(feedback)
    else:
        typer.echo(f"No feedback yet: autograder feedback {directory}", err=True)
    waiting = {task.id for result in results for task in result.tasks if task.status == "pending"}
    if waiting:
        typer.echo(
            f"These totals are not whole: {', '.join(sorted(waiting))} await a person "
            f"(autograder desk {directory}).",
            err=True,
        )
    if unknown := sorted({result.student for result in results} - set(entries)):
        typer.echo(f"Not in the roster, so left out: {', '.join(unknown)}", err=True)
