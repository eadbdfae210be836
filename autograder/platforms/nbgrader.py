"""Grades into nbgrader's gradebook, through its own API; pages into its exchange. Trusted side.

Needs the extra `nbgrader`.
"""

import os
import shutil
import sysconfig
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder.course.layout import CourseError
from autograder.course.whole import written_whole
from autograder.gradebook.engine import fault_of_the_machine
from autograder.results.class_list import Student
from autograder.results.schema import Result, TaskResult
from autograder.results.totals import total


def write_grades(results: Sequence[Result], students: Mapping[str, Student], url: str) -> int:
    """Write a class's grades to the gradebook at `url`, and return of how many students.

    The lab is an assignment with one notebook; each task is a grade cell `task-3.1`, a bonus is extra credit,
    and what the judge or a person said is the cell's comment. What late days take and dropped tasks give is
    the late penalty, so that nbgrader's own export has our total. Written again, it says the same once. A
    gradebook that is made anew is there whole or not at all.

    Args:
        students: who a student is for nbgrader, where the class was taken in from its folder.
        url: as SQLAlchemy has it, `sqlite:///gradebook.db`.

    Raises:
        CourseError: nbgrader is not installed, or refuses the gradebook.
        OSError: of SQLite's file: the disk is full or broken, or nobody may write.
    """
    try:
        from nbgrader.api import InvalidEntry, MissingEntry
    except ImportError as error:
        raise CourseError(
            "nbgrader is not installed here: pip install 'few-label-labs[nbgrader]'."
        ) from error
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import SQLAlchemyError

    try:
        parsed = make_url(url)
        file = Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None
        if file is None or file.exists():
            return _write_all(results, students, url)
        with written_whole(file) as unfinished:
            there = parsed.set(database=str(unfinished)).render_as_string(hide_password=False)
            return _write_all(results, students, there)
    except MissingEntry as error:
        raise CourseError(
            f"In {url}, {results[0].assignment} has submissions made without these tasks: remove the "
            "assignment there, or choose another gradebook."
        ) from error
    except (InvalidEntry, SQLAlchemyError) as error:
        databases = error if isinstance(error, SQLAlchemyError) else error.__context__  # nbgrader hides it
        if refused := fault_of_the_machine(getattr(databases, "orig", None), str(file)):
            raise refused from error
        raise CourseError(f"nbgrader refuses {url}: {str(error).splitlines()[0]}") from error


def _write_all(results: Sequence[Result], students: Mapping[str, Student], url: str) -> int:
    with open_gradebook(url) as book:
        name = results[0].assignment
        book.update_or_create_assignment(name)
        book.update_or_create_notebook(name, name)
        for task in results[0].tasks:
            most = 0 if task.bonus else task.max_score
            kind = "markdown" if task.kind == "written" else "code"
            book.update_or_create_grade_cell(_cell(task), name, name, max_score=most, cell_type=kind)
            book.update_or_create_solution_cell(_cell(task), name, name)
        for result in results:
            _write(book, result, _student(students, result))
    return len(results)


def hand_out(
    results: Sequence[Result], students: Mapping[str, Student], pages: Path, course: Path
) -> list[Result]:
    """Copy pages to where `nbgrader release_feedback` looks, and return whose attempt is not there to go by.

    nbgrader gives each student what bears the stamp and the secret that came with their hand-in, under the
    name of its notebook. A hand-in that was collected after the grading is another one, and gets nothing.

    Args:
        pages: a folder with `<student>.html`, as `autograder feedback` writes it.
        course: nbgrader's course folder.
    """
    left = []
    for result in results:
        page, student = pages / f"{result.student}.html", _student(students, result)
        collected = course / "submitted" / student / result.assignment
        stamps = [collected / name for name in ("timestamp.txt", "submission_secret.txt")]
        if not all(path.is_file() for path in (page, *stamps)) or not _is_of(students, result, stamps[0]):
            left.append(result)
            continue
        out = course / "feedback" / student / result.assignment
        out.mkdir(parents=True, exist_ok=True)
        for stamp in stamps:
            shutil.copyfile(stamp, out / stamp.name)
        for notebook in collected.glob("*.ipynb"):
            shutil.copyfile(page, out / f"{notebook.stem}.html")
    return left


def _is_of(students: Mapping[str, Student], result: Result, stamp: Path) -> bool:
    """Whether what was graded was handed in at the moment in `stamp`, as far as is known."""
    known = students.get(result.student)
    return known is None or known.handed_in in ("", stamp.read_text(errors="replace").strip()[:60])


def open_gradebook(url: str) -> Any:
    """The `nbgrader.api.Gradebook` at `url`, made where there is none; a context manager.

    nbgrader runs `alembic` by its bare name. The program stands beside this Python, in a folder that is on
    the search path only where the environment was activated.
    """
    from nbgrader.api import Gradebook

    path = os.environ.get("PATH", os.defpath)
    os.environ["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), path])
    try:
        return Gradebook(url)
    finally:
        os.environ["PATH"] = path


def _write(book: Any, result: Result, student: str) -> None:
    name = result.assignment
    book.update_or_create_student(student)
    penalty = total(result.tasks).score - result.score  # below 0 where a drop gives points
    book.update_or_create_submission(name, student).notebooks[0].late_submission_penalty = round(penalty, 2)
    for task in result.tasks:
        grade = book.find_grade(_cell(task), name, name, student)
        grade.auto_score = None if task.kind == "written" else 0.0 if task.bonus else task.score
        grade.extra_credit = task.score if task.bonus else None
        by_hand = task.kind == "written" and task.status != "pending"
        grade.manual_score = task.score if by_hand else None
        grade.needs_manual_grade = task.status in ("pending", "internal")
        comment = book.find_comment(_cell(task), name, name, student)
        comment.auto_comment = task.hint or None
        comment.manual_comment = task.comment or None
    book.db.commit()


def _cell(task: TaskResult) -> str:
    return f"task-{task.id}"


def _student(students: Mapping[str, Student], result: Result) -> str:
    known = students.get(result.student)
    return known.identity if known and known.platform == "nbgrader" else result.student
