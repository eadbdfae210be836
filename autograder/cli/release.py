"""`autograder release`: the bundle that students get. Trusted side."""

from pathlib import Path
from typing import Annotated

import typer


def release(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The lab.")],
    out: Annotated[Path, typer.Option(help="Folder for the zip.")],
) -> None:
    """Zip what students get: notebook, helpers, sample cases; no solutions, no secret cases."""
    from autograder.authoring.bundle import write_bundle
    from autograder.course.layout import find_course

    typer.echo(str(write_bundle(find_course(context.obj).assignment(name), out)))
