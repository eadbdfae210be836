"""`autograder grade`: a class of submissions in, results, grades and reports out. Trusted side."""

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograder.fleet import Fleet
    from autograder.lab.lab import Lab
    from autograder.results.schema import Result
    from autograder.sandbox import Level


def grade(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The lab.")],
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Files, folders or zips of submissions.")
    ],
    out: Annotated[Path, typer.Option(readable=False, help="Folder for results, grades and reports.")],
    workers: Annotated[
        int, typer.Option(min=1, help="Submissions at a time; jobs, with --dask slurm.")
    ] = os.cpu_count() or 1,
    seed: Annotated[int, typer.Option(help="Seeds every probe.")] = 0,
    force: Annotated[bool, typer.Option("--force", help="Record again what is recorded already.")] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a grading in --out; refuse to begin one.")
    ] = False,
    like: Annotated[
        Path | None,
        typer.Option(metavar="RESULT", help="Grade as this result was: its seed and sandbox; then compare."),
    ] = None,
    sandbox: Annotated[
        Literal["full", "landlock", "setuid", "process"] | None,
        typer.Option(help="Insist on this level; needed below landlock."),
    ] = None,
    dask: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Run submissions on this Dask cluster: tcp://..., or slurm."),
    ] = None,
    gradebook: Annotated[
        str | None, typer.Option(metavar="URL", help="Database for people's points; else a file in --out.")
    ] = None,
    class_list: Annotated[
        Path | None,
        typer.Option("--class", metavar="LIST", help="Who is in the class: a CSV; kept for later gradings."),
    ] = None,
    log: Annotated[Literal["text", "json"], typer.Option(help="json: a line for each event.")] = "text",
    verbose: Annotated[bool, typer.Option("-v", help="Show each task as it ends.")] = False,
) -> None:
    """Grade submissions: they run confined, trusted graders judge what they computed."""
    from autograder.course.layout import find_course
    from autograder.grading.alone import alone_in
    from autograder.grading.regrade import compare, read_appeal
    from autograder.lab.lab import read_lab

    appeal = read_appeal(like, name) if like else None
    if appeal:
        seed, sandbox = appeal.made.seed, appeal.result.environment.sandbox
    lab = read_lab(find_course(context.obj).assignment(name), seed=seed)
    _insist_on_the_same_lab(out, name, resume)
    out.mkdir(parents=True, exist_ok=True)
    context.with_resource(alone_in(out))
    try:
        with _recorder(lab, workers, sandbox, dask) as recorder:
            # Only now, while the server imports torch on another processor.
            from dataclasses import replace

            from autograder.grading.attempts import with_best_attempts
            from autograder.grading.attribution import attributed
            from autograder.grading.bench import Bench, with_instructors_bench
            from autograder.grading.pipeline import Graded
            from autograder.grading.pipeline import grade as grade_all
            from autograder.platforms.class_lists import read_class_list
            from autograder.reports.progress import JsonProgress, TextProgress, summary
            from autograder.reports.publish import publish
            from autograder.reports.roll import notes
            from autograder.reports.sources import compare_code
            from autograder.reports.store import read_results
            from autograder.results.class_list import CLASS, class_of, write_roster
            from autograder.results.late_days import write_rules
            from autograder.submission.find import find_submissions, left_out

            found = find_submissions(paths, lab.policy, lab.given())
            listed = read_class_list(class_list) if class_list else ()
            found, students = attributed(found, class_of(out), listed, out)
            if students:
                write_roster(students, out / CLASS)
            written = [task for task, of in lab.rubric.tasks.items() if of.kind == "written"]
            book = None
            if written or gradebook:  # else its modules, which are slow to import, have nothing to do
                from autograder.gradebook import gradebook_of
                from autograder.gradebook.collect import HandedIn, collected

                book = gradebook_of(out, gradebook)
            progress = JsonProgress(sys.stdout) if log == "json" else TextProgress(verbose)

            def body(bench: Bench) -> list[Graded]:
                insist_on_confinement(bench.environment.sandbox, sandbox)
                handed_in = found
                if lab.rubric.attempts == "best":
                    handed_in, now = with_best_attempts(bench, found, students, out, force)
                    if now:
                        write_roster(now, out / CLASS)
                with progress.over(len(found), bench.environment.sandbox, bench.recorder.places):
                    graded = []
                    command = shlex.join(sys.argv)
                    for one in grade_all(bench, handed_in, out, force, command, progress.task_ended):
                        if book:
                            book.collect(
                                collected(name, written, [HandedIn(one.result.student, one.written)])
                            )
                        graded.append(replace(one, written={}))  # pictures are large, and are in there now
                        progress.ended(one)
                return graded

            graded = with_instructors_bench(lab, recorder, None, body)
        write_rules(lab.rubric, out)
        results = read_results(out)
        compare_code(lab, results, out, {one.result.student: one.code for one in graded})
        index = publish(results, lab.rubric, out)
    except KeyboardInterrupt:
        done = len(list((out / "results").glob("*.json")))
        typer.secho(f"\nStopped; {done} results are on disk. Go on with:\n  {_again(done > 0)}", err=True)
        raise typer.Exit(130) from None
    done_now = {one.result.student for one in graded}
    fresh = [result for result in results if result.student in done_now]
    progress.summed_up(fresh, lab.rubric, summary(graded), [out / "grades.csv", index])
    if nobodys := left_out(paths, lab.policy, lab.given()):
        typer.echo(f"No submission, and in no row: {'; '.join(nobodys)}", err=True)
    for note in [*notes(out, results), *_kept_from_before(results, done_now)]:
        typer.echo(note, err=True)
    for fault in (one.fault for one in graded if one.fault):
        typer.secho(fault, fg="red", err=True)
    if appeal:
        typer.echo(compare(appeal, fresh))
    if any(one.fault for one in graded):
        raise typer.Exit(3)


def _kept_from_before(results: "Sequence[Result]", done_now: set[str]) -> list[str]:
    """Who has a result of an earlier grading and handed in nothing this time: nothing says that they left."""
    kept = [result.shown for result in results if result.student not in done_now]
    more = " ..." if len(kept) > 5 else ""
    return [f"Kept from an earlier grading ({len(kept)}): {', '.join(kept[:5])}{more}."] if kept else []


def _again(resume: bool) -> str:
    """The command line that goes on with this one, for a shell."""
    program = [sys.executable, "-P", "-m", "autograder"] if sys.argv[0].endswith(".py") else [sys.argv[0]]
    arguments = [argument for argument in sys.argv[1:] if argument not in ("--resume", "--force")]
    return shlex.join([*program, *arguments, *(["--resume"] if resume else [])])


def _insist_on_the_same_lab(out: Path, name: str, resume: bool) -> None:
    from autograder.course.layout import CourseError
    from autograder.reports.store import read_results

    if not any((out / "results").glob("*.json")):
        if resume:
            raise CourseError(f"{out} holds no results, so there is nothing to go on with.")
        return
    other = {result.assignment for result in read_results(out)} - {name}
    if other:
        raise CourseError(f"{out} holds results of {other.pop()}: choose another folder for {name}.")


def _recorder(lab: "Lab", workers: int, level: "Level | None", dask: str | None) -> "Fleet":
    if dask:
        from autograder.fleet.dask import DaskFleet

        return DaskFleet(dask, lab, workers, level)
    from autograder.sandbox.client import ForkServer

    return ForkServer(lab.modules(), level, workers).start()


def insist_on_confinement(reached: str, asked: str | None) -> None:
    """Refuse to grade in silence where a submission could read what decides about it.

    Raises:
        CourseError: the best level here is below `landlock`, and nobody asked for it by name.
    """
    from autograder.course.layout import CourseError

    if asked is None and reached not in ("full", "landlock"):
        raise CourseError(
            f"The sandbox reaches only level {reached} here, where submissions are not kept from files. "
            f"To grade all the same: --sandbox {reached}. What is missing: autograder doctor"
        )
