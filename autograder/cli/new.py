"""`autograder new`: the smallest lab that verifies, to begin one's own from. Trusted side."""

from pathlib import Path
from typing import Annotated

import typer


def new(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Of the new lab, as its folders will have it.")],
) -> None:
    """Write the smallest lab that verifies, with one task; a folder that is no course yet becomes one."""
    from autograder.authoring.skeleton import new_assignment, skeleton, write_lab

    root = course_to_be(context.obj)
    texts = skeleton(new_assignment(root, name))
    write_lab(texts)
    for path in texts:
        typer.echo(f"wrote {path.relative_to(root)}")
    typer.echo(f"Next: autograder build {name}, then autograder verify {name}")


def course_to_be(named: Path | None) -> Path:
    """The folder named, else the course around the working folder, else the working folder itself."""
    from autograder.course.layout import CourseError, find_course

    if named:
        return named.resolve()
    try:
        return find_course().root
    except CourseError:
        return Path.cwd()
