"""`autograder grade`: a class of submissions in, results, grades and reports out. Trusted side."""

import os
from pathlib import Path
from typing import Annotated, Literal

import typer


def grade(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The lab.")],
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Files, folders or zips of submissions.")
    ],
    out: Annotated[Path, typer.Option(help="Folder for results, grades and reports.")],
    workers: Annotated[int, typer.Option(min=1, help="Submissions at a time.")] = os.cpu_count() or 1,
    seed: Annotated[int, typer.Option(help="Seeds every probe.")] = 0,
    force: Annotated[bool, typer.Option("--force", help="Record again what is recorded already.")] = False,
    sandbox: Annotated[
        Literal["full", "landlock", "setuid", "process"] | None,
        typer.Option(help="Insist on this level; needed below landlock."),
    ] = None,
) -> None:
    """Grade submissions: they run confined, trusted graders judge what they computed."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from autograder.course import find_course
    from autograder.grading import Bench, Graded, Settings, with_instructors_bench
    from autograder.grading import grade as grade_all
    from autograder.lab import read_lab
    from autograder.reports.html import write_report
    from autograder.reports.table import grades_csv, print_table
    from autograder.submission.find import find_submissions

    lab = read_lab(find_course(context.obj).assignment(name), seed=seed)
    found = find_submissions(paths, lab.policy, lab.given())
    console = Console()
    settings = Settings(workers=workers, level=sandbox, force=force)

    def body(bench: Bench) -> list[Graded]:
        insist_on_confinement(bench.server.level, sandbox)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=console) as progress:
            line = f"sandbox {bench.server.level} · {workers} workers · {len(found)} submissions"
            bar = progress.add_task(line, total=len(found))
            graded = []
            for one in grade_all(bench, found, settings, out):
                graded.append(one)
                progress.update(bar, advance=1)
        return graded

    graded = sorted(with_instructors_bench(lab, settings, body), key=lambda one: one.result.student)
    results = [one.result for one in graded]
    (out / "grades.csv").write_text(grades_csv(results, lab.rubric), encoding="utf-8")
    index = write_report(results, lab.rubric, out)
    print_table(results, lab.rubric, console)
    faults = [one.fault for one in graded if one.fault]
    reused = sum(one.reused for one in graded)
    console.print(
        f"graded {len(graded) - reused}, reused {reused}, internal {len(faults)} · "
        f"{out / 'grades.csv'} · {index}",
        highlight=False,
        soft_wrap=True,
    )
    for fault in faults:
        typer.secho(f"internal: {fault}", fg="red", err=True)
    if faults:
        raise typer.Exit(3)


def insist_on_confinement(reached: str, asked: str | None) -> None:
    """Refuse to grade in silence where a submission could read what decides about it.

    Raises:
        CourseError: the best level here is below `landlock`, and nobody asked for it by name.
    """
    from autograder.course import CourseError

    if asked is None and reached not in ("full", "landlock"):
        raise CourseError(
            f"The sandbox reaches only level {reached} here, where submissions are not kept from files. "
            f"To grade all the same: --sandbox {reached}. What is missing: autograder doctor"
        )
