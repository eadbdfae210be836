"""`autograder gradebook requests` and `answer`: what students ask to have looked at again. Trusted side."""

from pathlib import Path
from typing import Annotated

import typer

from autograder.cli.gradebook import Directory, Url


def requests(
    context: typer.Context,
    directory: Directory,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="A CSV with student, task, request; or [[request]] in TOML."),
    ] = None,
    author: Annotated[
        str | None, typer.Option(help="Who takes them in; without it, your login name.")
    ] = None,
    gradebook: Url = None,
) -> None:
    """Show what students asked to have looked at again, open requests first; with FILE, take more in."""
    from autograder.cli.desk import login
    from autograder.course.layout import find_course
    from autograder.course.rubric import read_rubric
    from autograder.gradebook import Key, gradebook_of
    from autograder.gradebook.requests import ask, asked, read_requests
    from autograder.reports.publish import publish
    from autograder.reports.store import read_results
    from autograder.reports.summary import plain
    from autograder.results.class_list import class_of, found_in

    results = read_results(directory)
    lab = results[0].assignment
    book = gradebook_of(directory, gradebook)
    if file:
        rubric = read_rubric(find_course(context.obj).assignment(lab).rubric)
        students, keys = class_of(directory), [result.student for result in results]
        wanted = [
            (Key(lab, found_in(students, keys, student), task), text)
            for student, task, text in read_requests(file, rubric)
        ]
        new = ask(book, wanted, author or login())
        publish(read_results(directory), rubric, directory)
        typer.echo(f"{new} of {len(wanted)} are new.")
    shown = {result.student: result.shown for result in results}
    for one in asked(book.requests(lab)):
        who = shown.get(one.request.student, one.request.student)
        said = f"answered by {one.answer.author}: {one.answer.text}" if one.answer else "open"
        typer.echo(plain(f"{who}, {one.request.task}: “{one.request.text}” ({said})"))


def answer(
    context: typer.Context,
    directory: Directory,
    student: Annotated[str, typer.Argument(metavar="STUDENT")],
    task: Annotated[str, typer.Argument(metavar="TASK")],
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What the student reads.")],
    author: Annotated[str | None, typer.Option(help="Who answers; without it, your login name.")] = None,
    gradebook: Url = None,
) -> None:
    """Answer what a student asked about a task; points are given by `gradebook set`, or at the desk."""
    from autograder.cli.desk import login
    from autograder.course.layout import CourseError, find_course
    from autograder.course.rubric import read_rubric
    from autograder.gradebook import Key, gradebook_of
    from autograder.gradebook.requests import answer as write_answer
    from autograder.gradebook.requests import asked
    from autograder.reports.publish import publish
    from autograder.reports.store import read_results
    from autograder.results.class_list import class_of, found_in

    results = read_results(directory)
    lab = results[0].assignment
    key = Key(lab, found_in(class_of(directory), [one.student for one in results], student), task)
    book = gradebook_of(directory, gradebook)
    mine = [one for one in asked(book.requests(lab)) if one.request.key == key]
    if not mine or not text.strip():
        raise CourseError(f"{student} asked nothing about {task}: autograder gradebook requests {directory}")
    write_answer(book, mine[0].request, text.strip(), author or login())
    publish(read_results(directory), read_rubric(find_course(context.obj).assignment(lab).rubric), directory)
    left = sum(one.answer is None for one in asked(book.requests(lab)))
    typer.echo(f"Answered; {left} wait for an answer.")
