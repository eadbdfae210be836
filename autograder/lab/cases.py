"""The cases of a lab on disk, as calls for the sandbox. Trusted side: only inputs leave this module."""

from pathlib import Path

from autograder.course.layout import Assignment, CourseError
from autograder.results.schema import Visibility
from autograder.sandbox import Call
from data_utils.cases import case_probe


def read_calls(
    assignment: Assignment, visibilities: tuple[Visibility, ...] = ("sample", "secret")
) -> tuple[Call, ...]:
    """One call for each case file, sample before secret, by name.

    Raises:
        CourseError: a file is no case; names it.
    """
    return tuple(
        _call(path, visibility)
        for visibility in visibilities
        for path in sorted((assignment.fixtures_dir / visibility).glob("*.json"))
    )


def visibility_of(case: str) -> Visibility:
    """`sample` or `secret`, from a case's name such as `sample/three_classes`."""
    return "sample" if case.startswith("sample/") else "secret"


def _call(path: Path, visibility: Visibility) -> Call:
    text = path.read_text(encoding="utf-8")
    try:
        return Call(probe=case_probe(text), case=f"{visibility}/{path.stem}", data=text)
    except ValueError as error:
        raise CourseError(f"{path}: {error}") from error
