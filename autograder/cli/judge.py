"""`autograder judge`: judge recorded answers again, without running any student. Trusted side."""

from pathlib import Path
from typing import Annotated

import typer


def judge(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="What `grade --out` wrote.")],
) -> None:
    """Judge recorded answers again: after a change of tolerance, hint or points."""
    from rich.console import Console

    from autograder.course import CourseError, find_course
    from autograder.grading import Bench, Settings, judge_again, with_instructors_bench
    from autograder.lab import read_lab
    from autograder.reports.html import write_report
    from autograder.reports.store import read_results
    from autograder.reports.table import grades_csv, print_table

    before = read_results(directory)
    if not before:
        raise CourseError(f"{directory} has no results; grade something first.")
    lab = read_lab(find_course(context.obj).assignment(before[0].assignment))

    def body(bench: Bench) -> list[str]:
        return [one.fault for one in judge_again(bench, directory) if one.fault]

    faults = with_instructors_bench(lab, Settings(), body)
    results = read_results(directory)
    (directory / "grades.csv").write_text(grades_csv(results, lab.rubric), encoding="utf-8")
    index = write_report(results, lab.rubric, directory)
    console = Console()
    print_table(results, lab.rubric, console)
    console.print(f"judged {len(results)} · {index}", highlight=False, soft_wrap=True)
    for fault in faults:
        typer.secho(f"internal: {fault}", fg="red", err=True)
    if faults:
        raise typer.Exit(3)
