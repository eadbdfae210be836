"""`autograder unnamed`: begin a file in `wrong/` for what several students share. Trusted side."""

from pathlib import Path
from typing import Annotated

import typer


def unnamed(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="What `grade --out` wrote.")],
) -> None:
    """Begin a wrong answer of the bank for each that several students share and that has no name."""
    from autograder.course.layout import find_course
    from autograder.reports.store import read_results
    from autograder.reports.unexplained import skeleton, unexplained

    results = read_results(directory)
    folder = find_course(context.obj).assignment(results[0].assignment).solution_dir / "wrong"
    found = unexplained(results)
    folder.mkdir(parents=True, exist_ok=True)
    for number, one in enumerate(found, start=1):
        path = folder / f"unnamed_{one.task.replace('.', '_')}_{number}.py"
        typer.echo(f"{len(one.students)} students in {one.task}: {one.said}")
        if path.exists():
            typer.echo(f"   {path} is there already")
        else:
            path.write_text(skeleton(one), encoding="utf-8")
            typer.echo(f"   wrote {path}")
    if not found:
        typer.echo("No wrong answer without a name is shared by two students.")
