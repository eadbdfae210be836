"""`autograder intake`: a learning platform's download, made ready for grading. Trusted side."""

from pathlib import Path
from typing import Annotated

import typer


def intake(
    download: Annotated[
        Path,
        typer.Argument(
            metavar="DOWNLOAD",
            help="The unpacked bulk download of Canvas, Moodle, Gradescope, Blackboard, Brightspace or "
            "ILIAS, nbgrader's folder `submitted`, or a folder of GitHub Classroom's clones.",
        ),
    ],
    out: Annotated[Path, typer.Option(help="New folder: one folder for each student, and roster.json.")],
    assignment: Annotated[
        str, typer.Option(help="Which of nbgrader's; or what GitHub's names begin with.")
    ] = "",
    until: Annotated[
        str | None,
        typer.Option(
            metavar="WHEN",
            help="Of clones, the last commit before this moment (2026-10-08T23:59:00+02:00), or a tag, "
            "branch or commit.",
        ),
    ] = None,
    class_list: Annotated[
        Path | None,
        typer.Option("--class", metavar="LIST", help="With --until: a class list, for its extensions."),
    ] = None,
) -> None:
    """Turn a learning platform's download into a folder for each student; who they are there is kept."""
    from autograder.platforms.class_lists import read_class_list
    from autograder.platforms.clones import deadline_in
    from autograder.platforms.intake import take_in

    listed = read_class_list(class_list) if class_list else ()
    when = None if until is None else deadline_in(until)
    entries = take_in(download, out, assignment, when, listed, lambda told: typer.echo(told, err=True))
    late = sum(entry.late for entry in entries)
    students = f"{len(entries)} student{'s' if len(entries) != 1 else ''}"
    typer.echo(
        f"{students} from {entries[0].platform}{f', {late} late' if late else ''} in {out}. "
        f"Now: autograder grade NAME {out} --out graded"
    )
