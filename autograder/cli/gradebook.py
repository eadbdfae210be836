"""`autograder gradebook`: what people gave, when, and by whom. Trusted side."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from autograder.gradebook import Entry, Gradebook, Key
    from autograder.gradebook.exchange import Export
    from autograder.gradebook.model import Request

app = typer.Typer(help="Points that people gave, with their history.", no_args_is_help=True)

Directory = Annotated[Path, typer.Argument(metavar="DIR", help="What `grade --out` wrote.")]
Url = Annotated[str | None, typer.Option(metavar="URL", help="The database, where DIR has none yet.")]
Student = Annotated[str | None, typer.Option(help="Only this student.")]
Task = Annotated[str | None, typer.Option(help="Only this task.")]


@app.command()
def show(
    directory: Directory,
    student: Student = None,
    task: Task = None,
    as_json: Annotated[bool, typer.Option("--json", help="All of it with its history, for merge.")] = False,
    gradebook: Url = None,
) -> None:
    """Show what counts now; with --json, write everything there is."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from autograder.gradebook.exchange import export, to_json
    from autograder.reports.summary import plain

    book = _open(directory, gradebook)
    student = _meant(book, directory, student)
    _insist_on_the_task(book, task)
    if as_json:
        typer.echo(to_json(_only(export(book), student, task)), nl=False)
        return
    table = Table(box=None, padding=(0, 1), header_style="dim")
    for name in ("lab", "student", "task"):
        table.add_column(name)
    table.add_column("points", justify="right")
    for name in ("answer", "comment"):
        table.add_column(name, overflow="fold")
    waiting = 0
    for assignment in book.assignments():
        marks, answers = book.marks(assignment), book.answers(assignment)
        for key in sorted({*marks, *answers}):
            if student not in (None, key.student) or task not in (None, key.task):
                continue
            mark = marks[key].mark if key in marks else None
            decided = mark is not None and mark.points is not None
            waiting += not decided
            about: list[str] = [answers[key].flag] if key in answers and answers[key].flag else []
            about += ["flagged"] if mark and mark.flagged else []
            table.add_row(
                *(Text(plain(part)) for part in key),
                Text(f"{mark.points:g}" if mark and mark.points is not None else "–"),
                Text(", ".join(about)),
                Text(plain(mark.comment) if mark else ""),
            )
    console = Console()
    console.print(table)
    console.print(f"\n{table.row_count - waiting} of {table.row_count} have points.", highlight=False)


@app.command()
def history(directory: Directory, student: Student = None, task: Task = None, gradebook: Url = None) -> None:
    """Show every change, request and answer: when, by whom, and what it came to."""
    from rich.console import Console
    from rich.text import Text

    console = Console()
    book = _open(directory, gradebook)
    student = _meant(book, directory, student)
    _insist_on_the_task(book, task)
    told = [(entry.time, _line(entry)) for entry in book.history(student=student, task=task)]
    told += [
        (one.time, _line_of(one))
        for one in book.requests()
        if student in (None, one.student) and task in (None, one.task)
    ]
    for _, line in sorted(told, key=lambda pair: pair[0]):
        console.print(Text(line), soft_wrap=True)


@app.command("set")
def set_points(
    context: typer.Context,
    directory: Directory,
    student: Annotated[str, typer.Argument(metavar="STUDENT")],
    task: Annotated[str, typer.Argument(metavar="TASK")],
    points: Annotated[float | None, typer.Option(min=0, help="Points, whatever the items say.")] = None,
    items: Annotated[str | None, typer.Option(help="Items of the rubric to give: 1,3; or none.")] = None,
    comment: Annotated[str | None, typer.Option(help="In place of the comment.")] = None,
    flag: Annotated[bool | None, typer.Option("--flag/--no-flag", help="To be looked at again.")] = None,
    author: Annotated[str | None, typer.Option(help="Who gives; without it, your login name.")] = None,
    gradebook: Url = None,
) -> None:
    """Give points, items or a comment for one task of one student, also for a task of code."""
    from autograder.cli.desk import login
    from autograder.course.layout import CourseError, find_course
    from autograder.course.rubric import read_rubric
    from autograder.desk.marking import on_rubric, sum_of, with_points
    from autograder.desk.questions import read_questions
    from autograder.gradebook import Author, Change, Conflict, Key, Mark, gradebook_of
    from autograder.reports.publish import publish
    from autograder.reports.store import read_results
    from autograder.results.class_list import class_of, found_in

    if all(one is None for one in (points, items, comment, flag)):
        raise CourseError("Say what to set: --points, --items, --comment, --flag or --no-flag.")
    results = read_results(directory)
    assignment = find_course(context.obj).assignment(results[0].assignment)
    rubric = read_rubric(assignment.rubric)
    student = found_in(class_of(directory), [result.student for result in results], student)
    if task not in rubric.tasks:
        raise CourseError(f"{assignment.name} has no task {task!r}; it has {', '.join(rubric.tasks)}.")
    most = rubric.tasks[task].points
    if points is not None and points > most:
        raise CourseError(f"Task {task} has {most:g} points at most.")

    book = gradebook_of(directory, gradebook)
    key = Key(assignment.name, student, task)
    before = book.marks(assignment.name, task).get(key)
    mark = before.mark if before else Mark()
    if items is not None:
        questions = {question.id: question for question in read_questions(assignment, rubric)}
        if task not in questions:
            raise CourseError(f"Task {task} is no written task, so it has no items: use --points.")
        mark = on_rubric(mark, questions[task].items)
        wanted = _numbers(items, len(mark.items))
        given = tuple(
            item.model_copy(update={"given": number in wanted}) for number, item in enumerate(mark.items, 1)
        )
        mark = mark.model_copy(update={"items": given, "points": sum_of(given)})
    if points is not None:
        mark = with_points(mark, points)
    if comment is not None:
        mark = mark.model_copy(update={"comment": comment})
    if flag is not None:
        mark = mark.model_copy(update={"flagged": flag})
    answer = book.answers(assignment.name, task).get(key)
    change = Change(key, mark, before.version if before else 0, answer.digest if answer else "")
    try:
        written = book.write([change], Author(author or login()))
    except Conflict as conflict:
        raise CourseError(f"Nothing was set: {conflict} Look at it, then try again.") from conflict
    publish(read_results(directory), rubric, directory)
    typer.echo(_line(written[0]))


@app.command("read")
def read_points(
    context: typer.Context,
    directory: Directory,
    table: Annotated[
        Path,
        typer.Argument(metavar="CSV", help="Columns student, task, points, comment; or one for each task."),
    ],
    author: Annotated[str | None, typer.Option(help="Who gives; without it, your login name.")] = None,
    gradebook: Url = None,
) -> None:
    """Take points from a spreadsheet: all of them, or none where one is wrong."""
    from autograder.cli.desk import login
    from autograder.course.layout import CourseError, find_course
    from autograder.course.rubric import read_rubric
    from autograder.gradebook import Author, Conflict, gradebook_of
    from autograder.gradebook.from_table import changes_in, read_table
    from autograder.reports.publish import publish
    from autograder.reports.store import read_results
    from autograder.results.class_list import class_of, found_in

    results = read_results(directory)
    rubric = read_rubric(find_course(context.obj).assignment(results[0].assignment).rubric)
    keys = [result.student for result in results]
    given = [one.of(found_in(class_of(directory), keys, one.student)) for one in read_table(table, rubric)]
    book = gradebook_of(directory, gradebook)
    try:
        written = book.write(changes_in(given, results, book), Author(author or login()))
    except Conflict as conflict:
        raise CourseError(f"Nothing was set: {conflict} Look at it, then try again.") from conflict
    publish(read_results(directory), rubric, directory)
    for entry in written:
        typer.echo(_line(entry))
    typer.echo(f"{len(written)} of {len(given)} differ from what was there, and are in the gradebook now.")


@app.command()
def rename(
    context: typer.Context,
    directory: Directory,
    old: Annotated[str, typer.Argument(metavar="OLD", help="Under which the points were given.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="Under which the student is graded now.")],
    author: Annotated[str | None, typer.Option(help="Who says so; without it, your login name.")] = None,
    gradebook: Url = None,
) -> None:
    """Two rows are one student: NEW gets OLD's points and requests, and OLD leaves the class."""
    from autograder.cli.desk import login
    from autograder.course.layout import CourseError, find_course
    from autograder.course.rubric import read_rubric
    from autograder.gradebook import Author, Conflict, gradebook_of
    from autograder.gradebook.renaming import rename as rename_in
    from autograder.reports.publish import publish
    from autograder.reports.store import read_results
    from autograder.results.class_list import CLASS, Student, class_of, found_in, write_roster

    results = read_results(directory)
    keys = [result.student for result in results]
    old, new = (found_in(class_of(directory), keys, one) for one in (old, new))
    if old == new:
        raise CourseError(f"{old} is {new} already.")
    book, name = gradebook_of(directory, gradebook), results[0].assignment
    try:
        points, asked = rename_in(book, name, old, new, Author(author or login()))
    except Conflict as conflict:
        raise CourseError(f"Nothing was changed: {conflict} Look at it, then try again.") from conflict
    students = {one.student: one for one in class_of(directory)}
    gone = students.get(old, Student(student=old)).model_copy(update={"left": True})
    write_roster({**students, old: gone}.values(), directory / CLASS)
    rubric = read_rubric(find_course(context.obj).assignment(name).rubric)
    publish(read_results(directory), rubric, directory)
    requests = f" and {asked} request{'s' if asked != 1 else ''} to look again" if asked else ""
    typer.echo(
        f"{new} has what people gave {old}, for {points} of the tasks{requests}; {old} is out of the class."
    )


@app.command()
def merge(
    context: typer.Context,
    directory: Directory,
    other: Annotated[
        str, typer.Argument(metavar="OTHER", help="What `show --json` wrote, a results folder, or a URL.")
    ],
    author: Annotated[str | None, typer.Option(help="Who merges; without it, your login name.")] = None,
    gradebook: Url = None,
) -> None:
    """Take in what another gradebook has. Where both went on, the later counts and is flagged."""
    from autograder.cli.desk import login
    from autograder.course.layout import find_course
    from autograder.course.rubric import read_rubric
    from autograder.gradebook import Author, gradebook_of
    from autograder.gradebook.exchange import merge as merge_books
    from autograder.reports.publish import publish
    from autograder.reports.store import read_results

    theirs = _read_other(other)
    book = gradebook_of(directory, gradebook)
    merged = merge_books(book, theirs, Author(author or login()))
    for mine, new in merged.clashes:
        typer.echo(f"both changed {mine.student}, task {mine.task}:\n  {_line(mine)}\n  {_line(new)}")
    if any((directory / "results").glob("*.json")):
        results = read_results(directory)
        rubric = read_rubric(find_course(context.obj).assignment(results[0].assignment).rubric)
        publish(results, rubric, directory)
    typer.echo(f"{merged.marks} changes and {merged.answers} answers taken in, {len(merged.clashes)} clashes")


def _open(directory: Path, url: str | None) -> "Gradebook":
    """The gradebook to look at; looking makes none."""
    from autograder.course.layout import CourseError
    from autograder.gradebook import existing_gradebook, open_gradebook

    book = open_gradebook(url, make=False) if url else existing_gradebook(directory)
    if book is None:
        raise CourseError(f"{directory} has no gradebook: nothing has been graded or given there.")
    return book


def _meant(book: "Gradebook", directory: Path, student: str | None) -> str | None:
    """The key of whom a person means who writes `--student`."""
    from autograder.results.class_list import class_of, found_in

    if student is None:
        return None
    return found_in(class_of(directory), sorted({key.student for key in _keys(book)}), student)


def _insist_on_the_task(book: "Gradebook", task: str | None) -> None:
    from autograder.course.layout import CourseError

    tasks = sorted({key.task for key in _keys(book)})
    if task is not None and task not in tasks:
        raise CourseError(f"There is no task {task!r} here; there is: {', '.join(tasks) or 'none'}.")


def _keys(book: "Gradebook") -> "list[Key]":
    asked = [one.key for one in book.requests()]
    return [*asked, *(key for name in book.assignments() for key in (*book.marks(name), *book.answers(name)))]


def _read_other(other: str) -> "Export":
    from autograder.course.layout import CourseError
    from autograder.gradebook import existing_gradebook, open_gradebook
    from autograder.gradebook.exchange import export, from_json

    path = Path(other)
    book: Gradebook | None
    if "://" in other:
        book = open_gradebook(other, make=False)
    elif path.is_file():
        return from_json(path.read_bytes(), other)
    else:
        book = existing_gradebook(path)
    if book is None:
        raise CourseError(f"{other} is no exported gradebook, no folder with one, and no database address.")
    return export(book)


def _numbers(text: str, most: int) -> set[int]:
    from autograder.course.layout import CourseError

    if text.strip() == "none":
        return set()
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() and 1 <= int(part) <= most for part in parts):
        raise CourseError(
            f"--items takes numbers from 1 to {most} with commas between, or none; not {text!r}."
        )
    return {int(part) for part in parts}


def _only(everything: "Export", student: str | None, task: str | None) -> "Export":
    def wanted(key: "tuple[str, str, str]") -> bool:
        return student in (None, key[1]) and task in (None, key[2])

    return everything.model_copy(
        update={
            "answers": tuple(answer for answer in everything.answers if wanted(answer.key)),
            "marks": tuple(entry for entry in everything.marks if wanted(entry.key)),
            "requests": tuple(one for one in everything.requests if wanted(one.key)),
        }
    )


def _line_of(request: "Request") -> str:
    from autograder.reports.summary import plain

    what = "answered" if request.answers else "asked to be looked at again"
    return plain(
        f"{request.time[:19].replace('T', ' ')} UTC  {request.author}  {request.student}, {request.task}: "
        f"{what}, “{request.text}”"
    )


def _line(entry: "Entry") -> str:
    from autograder.reports.summary import plain

    mark = entry.mark
    said = ["no points" if mark.points is None else f"{mark.points:g} points"]
    said += [f"items {', '.join(map(str, mark.ticked))}"] if mark.ticked else []
    said += ["flagged"] if mark.flagged else []
    said += [f"“{mark.comment}”"] if mark.comment else []
    undo = " (undo)" if entry.undoes else ""
    return plain(
        f"{entry.time[:19].replace('T', ' ')} UTC  {entry.author}{undo}  {entry.student}, {entry.task}: "
        + ", ".join(said)
    )
