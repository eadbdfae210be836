"""Who handed in, as the platform knows them: `roster.json` beside the students' folders. Trusted side."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from autograder.course.layout import CourseError
from autograder.gradebook.late_days import moment
from autograder.submission.find import ROSTER

Platform = Literal["canvas", "moodle", "gradescope", "nbgrader", "github"]


class Entry(BaseModel):
    """One student's hand-in.

    Attributes:
        student: the folder's name, and that of the row in all reports.
        identity: what the platform knows them by: a user's, participant's or student's number, or a name.
        name, email: as the platform has them; empty where it does not say.
        handed_in: when, in the platform's own words; empty where it does not say. late: as it says.
        prefix: what its names of this student's files or folder begin with.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    student: str
    platform: Platform
    identity: str
    name: str = ""
    email: str = ""
    handed_in: str = ""
    late: bool = False
    prefix: str = ""


_ENTRIES = TypeAdapter(list[Entry])


def write_roster(entries: Sequence[Entry], folder: Path) -> Path:
    """Write `folder/roster.json` and return its path."""
    path = folder / ROSTER
    path.write_bytes(_ENTRIES.dump_json(list(entries), indent=1) + b"\n")
    return path


def read_roster(path: Path) -> list[Entry]:
    """The entries of a roster.

    Raises:
        CourseError: there is none, or it is none.
    """
    try:
        return _ENTRIES.validate_json(path.read_bytes())
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}. autograder intake writes it.") from error
    except ValidationError as error:
        raise CourseError(f"{path} is no roster: {error.errors()[0]['msg']}.") from error


def handed_in(folders: Sequence[Path]) -> dict[str, datetime]:
    """When each student handed in, by the rosters in `folders`, as far as they say."""
    rosters = [folder / ROSTER for folder in folders if (folder / ROSTER).is_file()]
    entries = [entry for path in rosters for entry in read_roster(path)]
    return {entry.student: when for entry in entries if (when := moment(entry.handed_in))}
