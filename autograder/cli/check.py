"""`autograder check`: a student's own check on the sample cases, in the sandbox. Trusted side."""

from pathlib import Path
from typing import Annotated

import typer


def check(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A notebook, a .py file, a folder or a zip.")],
    task: Annotated[str | None, typer.Option(help="Only this task.")] = None,
    assignment: Annotated[
        str | None, typer.Option(help="The lab, where the file's name does not say it.")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit code 1 where a task does not pass, for hooks and CI.")
    ] = False,
) -> None:
    """Check your own work on the sample cases; secret cases decide about the points."""
    from dataclasses import replace

    from autograder.course.layout import CourseError, find_course
    from autograder.lab.lab import read_lab
    from autograder.reports.feedback import feedback_text, summary_text
    from autograder.results.schema import Result
    from autograder.submission.together import WEIGHTS

    if not file.exists():
        raise CourseError(f"There is no file {file}.")
    course = find_course(context.obj)
    names = course.names()
    called = [name for name in names if name in (file.stem, file.resolve().parent.name)]
    name = assignment or next(iter(called or (names if len(names) == 1 else ())), None)
    if name is None:
        raise CourseError(
            f"Which lab is {file.name}? Say it with --assignment; there is: {', '.join(names)}."
        )
    lab = read_lab(course.assignment(name), ("sample",))
    if task is not None and task not in lab.rubric.tasks:
        raise CourseError(f"{name} has no task {task!r}; it has: {', '.join(lab.rubric.tasks)}.")
    if task is not None and lab.rubric.tasks[task].kind == "written":
        typer.echo(f"{task} is a written task: a person reads it.")
        return
    if not lab.rubric.has_code():
        typer.echo(f"There is nothing to check: a person reads all answers of {name}.")
        return
    from autograder.grading.bench import Bench, with_bench  # what follows needs what labs with code do
    from autograder.grading.expectations_file import read_expectations
    from autograder.sandbox.client import ForkServer

    submission = lab.read(file)
    if submission.problem:
        raise CourseError(submission.problem)
    if file.suffix == ".ipynb":  # the notebook's last cell hands these in with it
        weights = {
            path.name: path.read_bytes()
            for path in sorted(file.parent.iterdir())
            if path.suffix in WEIGHTS and path.is_file()
        }
        submission = replace(submission, files=weights | dict(submission.files))

    def body(bench: Bench) -> Result:
        return bench.judged(submission, bench.recorder.record(bench.lab.job(submission)))

    with ForkServer(lab.modules()).start() as server:
        result = with_bench(lab, server, None, lambda *_: read_expectations(lab), body)
    for problem in result.problems:
        typer.echo(problem)
    shown = [t for t in result.tasks if t.kind != "written" and task in (None, t.id)]
    for one in shown:
        typer.echo(feedback_text(one))
    if task is None:
        typer.echo(summary_text(result.tasks), nl=False)
    if strict and any(one.status != "passed" for one in shown):
        raise typer.Exit(1)
