"""A class list as a file: what platforms export, or a table of one's own. Trusted side.

| form | told by its columns | id |
| --- | --- | --- |
| Canvas, *Grades > Export* | `Student`, `ID`, `SIS Login ID` | `ID` |
| Moodle, *Download grading worksheet* | `Identifier`, `Full name` | the number of `Participant 4711` |
| Gradescope, *Download Roster* | `SID`, `Email`, and a name | `SID`, else the address |
| GitHub Classroom's roster | `github_username` | the login |
| one's own, or nbgrader's | `id` or `student` | that |

Any of them may have the columns `group` and `due` as well: who hands in together, and an extension.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from autograder.course.layout import CourseError
from autograder.results.class_list import Platform, Student, key_of, read_roster

_PARTICIPANT = re.compile(r"Participant (\d+)")
_BEHIND = re.compile(r"(?:jr|sr|[iv]+)\.?", re.IGNORECASE)  # what stands behind a whole name
_NO_STUDENT = re.compile(r"\s*Points Possible|Student, Test|Test Student", re.IGNORECASE)


def read_class_list(path: Path) -> tuple[Student, ...]:
    """The students in a class list; a `roster.json` is one, too.

    Raises:
        CourseError: it cannot be read, has none of the forms, or names somebody twice.
    """
    if path.suffix == ".json":
        return read_roster(path)
    rows = list(_rows(path))
    platform = _form(set(rows[0]), path)
    students = [one for row in rows if (one := _student(row, platform, path))]
    keys = [one.student.casefold() for one in students]
    if twice := next((one for one in students if keys.count(one.student.casefold()) > 1), None):
        raise CourseError(f"{path} has {twice.student} twice.")
    return tuple(students)


def text_of_table(path: Path) -> str:
    """The text of a CSV file, with its line ends as they are.

    Raises:
        CourseError: it cannot be read.
    """
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CourseError(f"{path} is no UTF-8 text: save it as CSV UTF-8.") from error


def _rows(path: Path) -> Iterator[dict[str, str]]:
    """Each row by the lower-case heads of its columns."""
    text = text_of_table(path)
    head = text.partition("\n")[0]
    separator = max(",;\t", key=head.count)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        rows = [row for row in table if any(map(str.strip, row))]
    except csv.Error as error:
        raise CourseError(f"{path} is no table: {error}.") from error
    if len(rows) < 2:
        raise CourseError(f"{path} has no row of a student below its heads.")
    heads = [cell.strip().casefold() for cell in rows[0]]
    for row in rows[1:]:
        yield dict(zip(heads, map(str.strip, row), strict=False))


def _form(heads: set[str], path: Path) -> Platform | None:
    if {"student", "id", "sis login id"} <= heads:
        return "canvas"
    if {"identifier", "full name"} <= heads:
        return "moodle"
    if {"sid", "email"} <= heads:
        return "gradescope"
    if "github_username" in heads:
        return "github"
    if heads & {"id", "student"}:
        return None
    raise CourseError(
        f"{path} is no class list: it needs a column id or student, or those of Canvas, Moodle, Gradescope "
        "or GitHub Classroom."
    )


def _student(row: Mapping[str, str], platform: Platform | None, path: Path) -> Student | None:
    """The student in a row; `None` where the row is nobody's."""
    row = {head.replace("_name", " name"): cell for head, cell in row.items()}
    whole = f"{row.get('first name', '')} {row.get('last name', '')}".strip()
    name = row.get("name") or row.get("full name") or whole
    match platform:
        case "canvas":
            identity, name = row.get("id", ""), _turned(row["student"])
        case "moodle":
            found = _PARTICIPANT.fullmatch(row["identifier"])
            identity = found[1] if found else row["identifier"]
        case "gradescope":
            identity = row["sid"] or row["email"]
            if row.get("role", "student").casefold() not in ("", "student"):
                return None
        case "github":
            identity, name = row["github_username"], name or row.get("identifier", "")
        case _:
            identity = row.get("id", "")
    key = row.get("student", "") if platform is None else ""
    if not (identity or key) or _NO_STUDENT.fullmatch(row.get("student", "")):
        return None
    given: dict[str, Any] = {
        "student": key_of(key or identity),
        "platform": platform,
        "identity": identity,
        "name": name,
    }
    given |= {"email": row.get("email") or row.get("email address") or ""}
    said = {name: value for name, value in given.items() if value}
    if "group" in row:
        said["group"] = row["group"]
    if "due" in row:
        said["due"] = _moment(row["due"], given["student"], path)
    return Student.model_validate(said)


def _turned(name: str) -> str:
    """`Lovelace, Ada` as `Ada Lovelace`, `O'Brien, Pat, Jr.` as `Pat O'Brien, Jr.`."""
    last, *others = name.split(", ")
    behind = [one for one in others if _BEHIND.fullmatch(one)]
    return ", ".join([" ".join([*(one for one in others if one not in behind), last]), *behind])


def _moment(text: str, student: object, path: Path) -> datetime | None:
    if not text:
        return None
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        when = None
    if when is None or when.tzinfo is None:
        raise CourseError(
            f"{path}: {student} has time until {text!r}: write 2026-10-08T23:59:00+02:00, with its offset."
        )
    return when
