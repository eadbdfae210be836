"""`autograder verify`: prove a lab's graders by its own submissions. Trusted side."""

from typing import Annotated

import typer


def verify(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME...]", help="Labs; all without.")] = None,
    forms: Annotated[
        bool, typer.Option("--forms", help="Also: is each mistake named, whichever accepted form it has?")
    ] = False,
) -> None:
    """Reference full, stub zero, every wrong answer loses exactly its tasks, variants full, repeatable."""
    from autograder.course.layout import find_course
    from autograder.lab.lab import read_lab
    from autograder.sandbox.client import ForkServer
    from autograder.verification.forms import named_in_forms
    from autograder.verification.verify import verify as verify_lab

    faulty = False
    for assignment in find_course(context.obj).assignments(names):
        lab = read_lab(assignment)
        with ForkServer(lab.modules()).start() as server:
            found = verify_lab(lab, server)
        faulty = faulty or bool(found.faults)
        typer.echo(
            f" {found.name}   "
            f"reference {found.reference[0]:g}/{found.reference[1]:g} · stub {found.stub:g} · "
            f"wrong {found.wrong[0]}/{found.wrong[1]} caught exactly · "
            f"named {found.named[0]}/{found.named[1]} · "
            f"accepted {found.accepted[0]}/{found.accepted[1]} · "
            f"{'repeatable' if found.repeatable else 'NOT repeatable'}   {found.seconds:.1f} s"
        )
        for fault in found.faults:
            typer.secho(f"   {fault}", fg="red")
        if forms:
            with ForkServer(lab.modules()).start() as server:
                told = named_in_forms(lab, server)
            typer.echo(f"   {told.named} of {told.lost} lost tasks are told by name in all accepted forms")
            for one in told.unnamed:
                typer.secho(f"   {one}", fg="yellow")
    if faulty:
        raise typer.Exit(1)
