"""Results that lie on disk, with what people gave and by the rubric's rules. Trusted side."""

from pathlib import Path

from pydantic import ValidationError

from autograder.course.layout import CourseError
from autograder.gradebook.late_days import read_rules
from autograder.results.schema import Result


def read_results(directory: Path) -> list[Result]:
    """All of `directory/results/*.json`, by student, with the points of the folder's gradebook in them.

    Late days and dropped tasks come last: they count all points.

    Raises:
        CourseError: there is none, a file is no result of schema 1, or the gradebook cannot be opened.
    """
    paths = sorted((directory / "results").glob("*.json"))
    if not paths:
        raise CourseError(
            f"{directory} has no results/*.json. Grade first: autograder grade NAME PATH --out DIR"
        )
    results = sorted((_read(path) for path in paths), key=lambda result: result.student)
    from autograder.gradebook import existing_gradebook, with_manual_points  # slow to import

    if book := existing_gradebook(directory):
        try:
            results = with_manual_points(results, book)
        finally:
            book.close()
    rules = read_rules(directory)
    return [rules.applied(result) for result in results]


def _read(path: Path) -> Result:
    try:
        return Result.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise CourseError(f"{path} is no result of schema 1: {where}: {first['msg']}.") from error
