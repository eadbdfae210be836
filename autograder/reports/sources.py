"""The code of a class, where need be read again from where it was handed in. Trusted side; runs nothing."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from autograder.course.layout import CourseError
from autograder.grading.provenance import read_made
from autograder.lab.lab import Lab
from autograder.reports.similarity import keep, likenesses
from autograder.results.schema import Result
from autograder.submission.extract import cells_from_notebook
from autograder.submission.find import find_submissions

_EARLIER = "earlier.json"  # beside results: where an earlier year's submissions lie
_PATHS = TypeAdapter(tuple[Path, ...])


def compare_code(
    lab: Lab, results: Sequence[Result], out: Path, known: Mapping[str, Sequence[str]] | None = None
) -> None:
    """Write `out/alike.json`: the groups of students whose code is nearly the same.

    Submissions that are no longer where they were handed in are left out. Those of an earlier year, where
    `remember_earlier` was told of any, are called after their folder: `2025/ada`.

    Args:
        known: by student, the cells of those that were read just now.
    """
    sources = {}
    for result in results:
        cells = (known or {}).get(result.student)
        if cells is None:
            cells = _read_again(lab, result, out)
        if cells is not None:
            sources[result.student] = list(cells)
    earlier = _earlier(lab, out)
    notebook = lab.assignment.notebook
    given = [cell.source for cell in cells_from_notebook(notebook.read_bytes(), notebook.name, lab.policy)]
    keep(likenesses({**sources, **earlier}, given, earlier), out / "alike.json")


def _read_again(lab: Lab, result: Result, out: Path) -> Sequence[str] | None:
    made = read_made(out, result.student)
    if made and Path(made.path).exists():
        with suppress(Exception):  # of which grading has told
            return [cell.source for cell in lab.read(made.found(result.student)).cells]
    return None


def remember_earlier(folders: Sequence[Path], out: Path) -> None:
    """From now on compare the class whose results lie in `out` with the submissions in these folders, too.

    Raises:
        CourseError: one of them is no folder.
    """
    for folder in folders:
        if not folder.is_dir():
            raise CourseError(f"{folder} is no folder of submissions.")
    (out / _EARLIER).write_bytes(_PATHS.dump_json(tuple(folder.resolve() for folder in folders)) + b"\n")


def _earlier(lab: Lab, out: Path) -> Mapping[str, list[str]]:
    """The code of each earlier student; folders that are gone are left out."""
    try:
        folders = _PATHS.validate_json((out / _EARLIER).read_bytes())
    except (OSError, ValidationError):
        return {}
    return {
        f"{folder.name}/{found.student}": [cell.source for cell in lab.read(found).cells]
        for folder in folders
        if folder.is_dir()
        for found in find_submissions([folder], lab.policy, lab.given())
    }
