"""`autograder mutate`: prove a lab's graders by mutants of its answers. Trusted side."""

from typing import Annotated

import typer

_PART = 0.05  # of the mutants, where not all are asked for


def mutate(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME...]", help="Labs; all without.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every mutant, not every twentieth.")] = False,
    since: Annotated[
        str, typer.Option(metavar="REV", help="Only what was changed after a revision of git.")
    ] = "",
    workers: Annotated[int | None, typer.Option(help="Submissions at a time.", min=1)] = None,
) -> None:
    """Change one thing in the answers, again and again: each mutant must lose a task, best its own alone."""
    from autograder.course.layout import find_course
    from autograder.lab.lab import read_lab
    from autograder.sandbox.client import ForkServer
    from autograder.verification.mutate import mutate as mutate_lab

    faulty = False
    for assignment in find_course(context.obj).assignments(names):
        lab = read_lab(assignment)
        with ForkServer(lab.modules(), places=workers).start() as server:
            found = mutate_lab(lab, server, since, 1.0 if everything or since else _PART)
        faulty = faulty or bool(found.faults)
        explained, lost = found.explained
        typer.echo(
            f" {found.name}   {len(found.fates)} mutants · {found.killed} killed, {found.elsewhere} of them "
            f"elsewhere, too · {found.equivalent} equivalent · {found.survivors} survive · "
            + (f"explained {explained}/{lost} · " if everything else "")
            + f"{found.seconds:.1f} s"
        )
        for fault in found.faults:
            typer.secho("   " + fault.replace("\n", "\n   "), fg="red")
    if faulty:
        raise typer.Exit(1)
