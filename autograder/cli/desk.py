"""`autograder desk`: give points for written answers in the browser. Trusted side."""

from pathlib import Path
from typing import Annotated

import typer


def desk(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="What `grade --out` wrote.")],
    gradebook: Annotated[
        str | None, typer.Option(metavar="URL", help="The database, where DIR has none yet.")
    ] = None,
    author: Annotated[str | None, typer.Option(help="Who grades; without it, your login name.")] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any that is free.")] = 0,
) -> None:
    """Open the desk on 127.0.0.1 and print its address; Ctrl-C ends it."""
    import secrets

    from autograder.course.layout import CourseError, find_course
    from autograder.course.rubric import read_rubric
    from autograder.desk.app import desk_app
    from autograder.desk.desk import Desk
    from autograder.desk.publisher import Publisher
    from autograder.desk.questions import read_questions
    from autograder.desk.requests import Inbox
    from autograder.desk.serving import listen, serve
    from autograder.desk.whole import Whole
    from autograder.gradebook import Author, gradebook_of
    from autograder.gradebook.book import new_id
    from autograder.lab.lab import read_lab
    from autograder.reports.publish import Session
    from autograder.reports.store import read_results

    results = read_results(directory)
    assignment = find_course(context.obj).assignment(results[0].assignment)
    rubric = read_rubric(assignment.rubric)
    questions = read_questions(assignment, rubric)
    book = gradebook_of(directory, gradebook)
    if not book.answers(assignment.name):
        raise CourseError(
            f"The gradebook has no written answers to {assignment.name}. Collect them: autograder grade "
            f"{assignment.name} PATH --out {directory}"
        )
    token = secrets.token_urlsafe(16)
    session = Session(rubric, directory)
    publisher = Publisher(session.grades, session.everything)
    who = Author(author or login(), new_id())
    try:
        seat = Desk(book, assignment.name, rubric.title, questions, who, publisher.changed)
        inbox = Inbox(book, assignment.name, rubric, directory, who, publisher.changed)
        app = desk_app(seat, token, Whole(read_lab(assignment), directory), inbox)
        with listen(port) as socket:
            typer.echo(f"The desk is open: http://127.0.0.1:{socket.getsockname()[1]}/{token}/")
            typer.echo("Only who has this address can use it, on this machine. Ctrl-C closes it.")
            serve(app, socket)
    finally:
        publisher.close()
        book.close()
    typer.echo(f"Everything is saved. {directory / 'grades.csv'} is up to date.")


def login() -> str:
    """The name under which this person is logged in."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"
