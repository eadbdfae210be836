"""`autograder intake`: a learning platform's download, made ready for grading. Trusted side."""

from pathlib import Path
from typing import Annotated

import typer


def intake(
    download: Annotated[
        Path,
        typer.Argument(
            metavar="DOWNLOAD",
            help="The unpacked bulk download of Canvas, Moodle or Gradescope, nbgrader's folder `submitted`, "
            "or a folder of GitHub Classroom's clones.",
        ),
    ],
    out: Annotated[Path, typer.Option(help="New folder: one folder for each student, and roster.json.")],
    assignment: Annotated[
        str, typer.Option(help="Which of nbgrader's; or what GitHub's names begin with.")
    ] = "",
) -> None:
    """Turn a learning platform's download into a folder for each student; who they are there is kept."""
    from autograder.platforms.intake import take_in

    entries = take_in(download, out, assignment)
    late = sum(entry.late for entry in entries)
    students = f"{len(entries)} student{'s' if len(entries) != 1 else ''}"
    typer.echo(
        f"{students} from {entries[0].platform}{f', {late} late' if late else ''} in {out}. "
        f"Now: autograder grade NAME {out} --out graded"
    )
