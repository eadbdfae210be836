"""`autograder export`: for a platform, the grades of a class or an autograder of its own. Trusted side."""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from autograder.platforms.exports import Sheet
    from autograder.results.class_list import Student
    from autograder.results.schema import Result

app = typer.Typer(help="Grades and autograders for other platforms.", no_args_is_help=True)

Directory = Annotated[Path, typer.Argument(metavar="DIR", help="What `grade --out` wrote.")]
Rosters = Annotated[
    list[Path] | None,
    typer.Option("--roster", metavar="FILE", help="Who they are there: roster.json or CSV; may be repeated."),
]


@app.command()
def canvas(
    context: typer.Context,
    directory: Directory,
    roster: Rosters = None,
    column: Annotated[
        str | None, typer.Option(help="As in Canvas's own export: \"Lab 1 (4711)\"; else the lab's title.")
    ] = None,
) -> None:
    """Write DIR/export/: a file of grades that Canvas imports, and feedback files to upload."""
    from autograder.course.layout import find_course
    from autograder.course.rubric import read_rubric
    from autograder.platforms.exports import canvas_grades
    from autograder.reports.store import read_results

    results = read_results(directory)
    students = _students("canvas", directory, results, roster)
    rubric = read_rubric(find_course(context.obj).assignment(results[0].assignment).rubric)
    sheet = canvas_grades(results, students, column or rubric.title)
    _hand_over(directory, "canvas", sheet, results, students)


@app.command()
def moodle(
    directory: Directory,
    roster: Rosters = None,
    worksheet: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Moodle's own grading worksheet, to fill in.")
    ] = None,
) -> None:
    """Write DIR/export/: the grading worksheet that Moodle imports, and feedback files to upload."""
    from autograder.platforms.class_lists import text_of_table
    from autograder.platforms.exports import moodle_grades, moodle_worksheet
    from autograder.reports.store import read_results

    results = read_results(directory)
    students = _students("moodle", directory, results, roster)
    if worksheet:
        sheet = moodle_worksheet(text_of_table(worksheet), results, students)
    else:
        sheet = moodle_grades(results, students)
    _hand_over(directory, "moodle", sheet, results, students)


@app.command()
def nbgrader(
    directory: Directory,
    database: Annotated[str, typer.Option("--db", metavar="URL", help="nbgrader's gradebook.")],
    roster: Rosters = None,
    feedback: Annotated[
        Path | None,
        typer.Option(metavar="COURSE", help="nbgrader's course folder, for pages to release there."),
    ] = None,
) -> None:
    """Write the grades into nbgrader's gradebook, such as sqlite:///gradebook.db; pages for its exchange."""
    from sqlalchemy.exc import SAWarning

    from autograder.course.layout import CourseError
    from autograder.platforms.nbgrader import hand_out, write_grades
    from autograder.reports.store import read_results

    results = read_results(directory)
    students = _students(None, directory, results, roster)  # without one, nbgrader's names are ours
    if feedback and not (feedback / "submitted").is_dir():
        raise CourseError(
            f"{feedback} is no course folder of nbgrader's: there is no folder submitted in it."
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # of nbgrader's own queries
        number = write_grades(results, students, database)
    typer.echo(f"{number} student{'s' if number != 1 else ''} in {database}")
    if feedback:
        name = results[0].assignment
        if left := hand_out(results, students, directory / "feedback", feedback):
            who = ", ".join(result.shown for result in left)
            typer.echo(
                f"No page for: {who}. No feedback yet, or another attempt was collected since.", err=True
            )
        typer.echo(f"Pages are in {feedback / 'feedback'}. Now, there: nbgrader release_feedback {name}")


@app.command()
def gradescope(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The lab.")],
    out: Annotated[Path, typer.Option(help="Folder for the zip.")],
    visibility: Annotated[
        Literal["visible", "after_due_date", "after_published", "hidden"],
        typer.Option(help="From when on students see points and hints there."),
    ] = "visible",
) -> None:
    """Zip an autograder for Gradescope. With secret cases and answers in it, it is no file for students."""
    from autograder.course.layout import find_course
    from autograder.platforms.package import write_gradescope

    typer.echo(write_gradescope(find_course(context.obj).assignment(name), out, visibility))


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


def _students(
    platform: str | None, directory: Path, results: "list[Result]", rosters: list[Path] | None
) -> "dict[str, Student]":
    """Who they are for the platform, by our key: those of the class, or of the rosters that are named.

    Another platform's ids are other people's here, so that they are refused.
    """
    from autograder.course.layout import CourseError
    from autograder.platforms.class_lists import read_class_list
    from autograder.results.class_list import Student, address, called, class_of, keys_in

    known = class_of(directory)
    students = {one.student: one for one in known}
    if rosters:
        there = [*known, *(Student(student=one.student) for one in results if one.student not in students)]
        named = [one for path in rosters for one in read_class_list(path)]
        students = {key: one for one, key in keys_in(there, named, (address, called)).items()}
    if platform and not students:
        raise CourseError(f"It is not known who is who on {platform}: name the roster with --roster.")
    others = sorted({one.platform or "no platform" for one in students.values() if one.identity} - {platform})
    if platform and others:
        raise CourseError(
            f"The class was taken in from {others[0]}, whose ids mean nothing to {platform}: "
            f"name with --roster the roster of a download of {platform}'s, or its class list."
        )
    return students


def _hand_over(
    directory: Path, platform: str, sheet: "Sheet", results: "list[Result]", students: "dict[str, Student]"
) -> None:
    from autograder.course.whole import written_whole
    from autograder.platforms.exports import feedback_zip
    from autograder.reports.roll import notes

    out = directory / "export"
    out.mkdir(exist_ok=True)
    grades = out / f"{platform}-grades.csv"
    with written_whole(grades) as unfinished:
        unfinished.write_text(sheet.text, encoding="utf-8")
    typer.echo(grades)
    here = {result.student for result in results}
    pages = {path.stem: path for path in (directory / "feedback").glob("*.html") if path.stem in here}
    if pages:
        feedback = out / f"{platform}-feedback.zip"
        with written_whole(feedback) as unfinished:
            unfinished.write_bytes(feedback_zip(pages, students))
        typer.echo(feedback)
    else:
        typer.echo(f"No feedback yet: autograder feedback {directory}", err=True)
    said = [*sheet.said, *notes(directory, results)]
    if waiting := {task.id for result in results for task in result.tasks if task.status == "pending"}:
        said.append(
            f"These totals are not whole: {', '.join(sorted(waiting))} await a person "
            f"(autograder desk {directory})."
        )
    if unknown := sorted(result.shown for result in results if result.student not in students):
        said.append(f"Not in the roster, so left out: {', '.join(unknown)}")
    for sentence in said:
        typer.echo(sentence, err=True)
