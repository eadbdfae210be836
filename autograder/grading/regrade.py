"""Grading once more as before, for a student who asks whether it was right. Trusted side."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from autograder.course.layout import CourseError
from autograder.grading.provenance import Made, made_now, read_made
from autograder.results.schema import Result


@dataclass(frozen=True)
class Appeal:
    """An earlier result and what it was made with."""

    result: Result
    made: Made


def read_appeal(path: Path, assignment: str) -> Appeal:
    """The result in the file `path`, `DIR/results/<student>.json`, and the note in `DIR/made/`.

    Raises:
        CourseError: one of them is missing, or the result is another lab's.
    """
    try:
        result = Result.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise CourseError(f"{path} is no result of an earlier grading.") from error
    if result.assignment != assignment:
        raise CourseError(f"{path} is a result of {result.assignment}, not of {assignment}.")
    made = read_made(path.parent.parent, path.stem)
    if made is None:
        raise CourseError(f"{path.parent.parent / 'made'} does not say what {path.name} was made with.")
    return Appeal(result, made)


def compare(appeal: Appeal, fresh: Sequence[Result]) -> str:
    """What is the same and what is not, in a few lines."""
    before = appeal.result
    lines = [
        f"Then {name} {version}, now {now}."
        for name, version in appeal.made.versions.items()
        if (now := made_now().get(name)) != version
    ]
    for result in fresh:
        if result.submission.sha256 != before.submission.sha256:
            lines.append(f"{result.student}: not the same files as {before.student} handed in then.")
        elif result.tasks == before.tasks:
            lines.append(f"{result.student}: the same result, {result.score:g} points, in every task.")
        else:
            lines += [
                f"{result.student}, task {now.id}: then {then.score:g} ({then.status}), "
                f"now {now.score:g} ({now.status})."
                for then, now in zip(before.tasks, result.tasks, strict=False)
                if then != now
            ]
    return "\n".join(lines)
