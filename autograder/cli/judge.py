"""`autograder judge`: judge recorded answers again, without running any student. Trusted side."""

from pathlib import Path
from typing import Annotated

import typer


def judge(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="What `grade --out` wrote.")],
) -> None:
    """Judge recorded answers again: after a change of tolerance, hint or points."""
    from collections import Counter

    from rich.console import Console

    from autograder.course.layout import find_course
    from autograder.grading.alone import alone_in
    from autograder.grading.bench import Bench, with_instructors_bench
    from autograder.grading.pipeline import Graded, judge_again
    from autograder.lab.lab import read_lab
    from autograder.reports.publish import publish
    from autograder.reports.roll import notes
    from autograder.reports.store import read_results
    from autograder.reports.table import print_table
    from autograder.results.late_days import write_rules
    from autograder.sandbox.client import ForkServer

    before = read_results(directory)
    context.with_resource(alone_in(directory))
    lab = read_lab(find_course(context.obj).assignment(before[0].assignment))
    level = before[0].environment.sandbox

    def body(bench: Bench) -> list[Graded]:
        return list(judge_again(bench, directory))

    # Nothing is recorded, unless the lab's own answers changed: the server starts only then.
    with ForkServer(lab.modules(), level) as server:
        judged = with_instructors_bench(lab, server, level, body)
    write_rules(lab.rubric, directory)
    results = read_results(directory)
    index = publish(results, lab.rubric, directory)
    console = Console()
    print_table(results, lab.rubric, console)
    counts = Counter(one.how for one in judged)
    console.print(
        f"judged {counts['judged']}, unchanged {counts['reused']} · {index}", highlight=False, soft_wrap=True
    )
    for note in notes(directory, results):
        typer.echo(note, err=True)
    faults = [one.fault for one in judged if one.fault]
    for fault in faults:
        typer.secho(fault, fg="red", err=True)
    if faults:
        raise typer.Exit(3)
