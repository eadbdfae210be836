"""`autograder import`: a lab's beginning from a notebook for Otter or nbgrader. Trusted side."""

from pathlib import Path
from typing import Annotated

import typer

_MOST = 500  # characters of a sentence


def import_(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The author's notebook, with solutions and tests in it.")
    ],
    name: Annotated[str, typer.Option("--as", metavar="NAME", help="The new lab's name.")],
) -> None:
    """Begin a lab with a notebook for otter assign or nbgrader, and say what a person must still do."""
    from autograder.authoring.imported.files import lab_files, read_imported
    from autograder.authoring.skeleton import new_assignment, write_lab
    from autograder.cli.new import course_to_be
    from autograder.course.layout import CourseError
    from autograder.reports.summary import plain

    root = course_to_be(context.obj)
    lab = new_assignment(root, name)
    try:
        texts, todo = lab_files(read_imported(file), lab)
        for text in texts.values():
            text.encode()
    except (ValueError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        raise CourseError(f"{file} cannot be taken over: {type(error).__name__}: {error}") from error
    write_lab(texts)
    lab.sample_dir.mkdir(parents=True, exist_ok=True)
    cases = [path for path in texts if path.suffix == ".json"]
    for path in texts:
        if path not in cases:
            typer.echo(f"wrote {path.relative_to(root)}")
    typer.echo(f"wrote {len(cases)} cases into {lab.fixtures_dir.relative_to(root)}")
    typer.echo("\nStill to be done by a person:")
    for number, sentence in enumerate(todo, 1):
        typer.echo(f"{number:3}. {plain(sentence)[:_MOST]}")
    typer.echo(f"\nNext: autograder build {name}, then autograder verify {name}")
