"""Results that lie on disk, with what people gave, totals and names: what all outputs show. Trusted side."""

from pathlib import Path

from pydantic import ValidationError

from autograder.course.layout import CourseError
from autograder.results.class_list import Student, class_of, names_of
from autograder.results.late_days import read_rules
from autograder.results.schema import Result
from autograder.results.totals import with_total


def read_results(directory: Path) -> list[Result]:
    """All of `directory/results/*.json` of those in the class, by student, with their totals and names.

    The points of the folder's gradebook are in them. Whoever has left the class is left out.

    Raises:
        CourseError: there is none, a file is no result of schema 1, or the gradebook cannot be opened.
    """
    students = {one.student: one for one in class_of(directory)}
    rules, names = read_rules(directory), names_of(students.values())
    return [
        with_total(result, rules, students.get(result.student)).model_copy(
            update={"name": names.get(result.student, "")}
        )
        for result in results_without_totals(directory)
    ]


def results_without_totals(directory: Path) -> list[Result]:
    """The same, before the rubric's rules about dropped tasks and late days.

    Raises:
        CourseError: as `read_results`.
    """
    paths = sorted((directory / "results").glob("*.json"))
    if not paths:
        raise CourseError(
            f"{directory} has no results/*.json. Grade first: autograder grade NAME PATH --out DIR"
        )
    students = {one.student: one for one in class_of(directory)}
    results = [result for result in map(_read, paths) if not _left(students.get(result.student))]
    results.sort(key=lambda result: result.student)
    if any(directory.glob("gradebook.*")):  # what opens one is slow to import
        from autograder.gradebook import existing_gradebook, with_manual_points

        if book := existing_gradebook(directory):
            try:
                results = with_manual_points(results, book)
            finally:
                book.close()
    return results


def _left(student: Student | None) -> bool:
    return student is not None and student.left


def read_result(directory: Path, student: str) -> Result:
    """One student's result, as the machine left it.

    Raises:
        CourseError: there is none, or it is no result of schema 1.
    """
    path = directory / "results" / f"{student}.json"
    if not path.exists():
        raise CourseError(f"{directory} has no result of {student}.")
    return _read(path)


def _read(path: Path) -> Result:
    try:
        return Result.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise CourseError(f"{path} is no result of schema 1: {where}: {first['msg']}.") from error
