"""Grades and feedback in the forms that platforms import. Trusted side."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course.layout import CourseError
from autograder.reports.summary import points
from autograder.reports.table import FORMULA
from autograder.results.class_list import Student
from autograder.results.schema import Result

_DATE = (1980, 1, 1, 0, 0, 0)  # the same content gives the same bytes


@dataclass(frozen=True)
class Sheet:
    """A table as a platform imports it, and what a person should know about it."""

    text: str
    said: tuple[str, ...] = ()


def canvas_grades(results: Sequence[Result], students: Mapping[str, Student], column: str) -> Sheet:
    """Canvas's gradebook import: a row of possible points, then one for each student who is known there.

    Args:
        column: the assignment's, as Canvas's own export has it: `Lab 1 (4711)`, or a new one's name.
    """
    header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", column]
    possible = ["    Points Possible", "", "", "", "", points(most(results))]
    rows = [
        [student.name or student.student, student.identity, "", "", "", points(result.score)]
        for result in results
        if (student := students.get(result.student))
    ]
    return Sheet(_csv(map(_tamed, [header, possible, *rows])))


def moodle_grades(results: Sequence[Result], students: Mapping[str, Student]) -> Sheet:
    """Moodle's offline grading worksheet, without comments: an empty one would delete what is there.

    Its import refuses a file without the column of last changes; "-" stands where there was no grade before.
    """
    header = ["Identifier", "Full name", "Email address", "Grade", "Maximum Grade", "Last modified (grade)"]
    highest = most(results)
    rows = [
        [
            f"Participant {student.identity}",
            student.name,
            student.email,
            points(min(result.score, highest)),
            points(highest),
            "-",
        ]
        for result in results
        if (student := students.get(result.student))
    ]
    return Sheet(_csv(map(_tamed, [header, *rows])), _capped(results))


def moodle_worksheet(worksheet: str, results: Sequence[Result], students: Mapping[str, Student]) -> Sheet:
    """The worksheet that Moodle wrote with our grades in it, scaled to its maximum; all else is as it was.

    A comment is put in where we have something to say.

    Raises:
        CourseError: it is none.
    """
    heads, *rows = list(csv.reader(io.StringIO(worksheet.lstrip("\ufeff"), newline=""))) or [[]]
    if not {"Identifier", "Grade", "Maximum Grade"} <= set(heads):
        raise CourseError("This is no grading worksheet of Moodle's: its columns are Identifier, Grade, ...")
    by_identity = {students[one.student].identity: one for one in results if one.student in students}
    written, highest, scales = [heads], most(results), set()
    for cells in rows:
        row = dict(zip(heads, cells, strict=False))
        result = by_identity.pop(row["Identifier"].removeprefix("Participant "), None)
        if result:
            scale = _maximum(row) / highest
            scales.add(row["Maximum Grade"])
            row["Grade"] = points(min(result.score, highest) * scale)
            if "Feedback comments" in row and result.problems:
                row["Feedback comments"] = _tame(" ".join(result.problems))
        # A person's comment goes back as it was, whatever it begins with.
        tame = {head: _tame(cell) for head, cell in row.items() if head != "Feedback comments"}
        written.append([(row | tame).get(head, "") for head in heads])
    said = [
        f"Scaled from {points(highest)} points to the {of} of Moodle's worksheet."
        for of in scales - {points(highest), f"{highest:.2f}"}
    ]
    if by_identity:
        said.append(f"Not in the worksheet: {', '.join(one.shown for one in by_identity.values())}.")
    return Sheet(_csv(written), (*said, *_capped(results)))


def _maximum(row: Mapping[str, str]) -> float:
    try:
        return float(row["Maximum Grade"])
    except (KeyError, ValueError) as error:
        raise CourseError(
            f"{row['Identifier']} has the maximum grade {row.get('Maximum Grade', '')!r} in this worksheet: "
            "download it with Moodle set to English, of an assignment that is graded in points."
        ) from error


def _capped(results: Sequence[Result]) -> tuple[str, ...]:
    """Moodle's import skips a grade above the maximum without a word: it gets the maximum."""
    above = [result.shown for result in results if result.score > result.max_score]
    if not above:
        return ()
    return (
        f"Moodle takes no more than the maximum, so the bonus above it is cut off for: {', '.join(above)}.",
    )


def feedback_zip(pages: Mapping[str, Path], students: Mapping[str, Student]) -> bytes:
    """Pages by student, under the names by which the platform takes files back.

    Canvas wants the name's beginning as it gave it, Moodle the student's folder.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for student, page in sorted(pages.items()):
            if (known := students.get(student)) and known.prefix:
                name = f"{known.prefix}{'' if known.platform == 'canvas' else '/'}feedback.html"
                archive.writestr(zipfile.ZipInfo(name, _DATE), page.read_bytes(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def most(results: Sequence[Result]) -> float:
    """The lab's maximum, which is the same for everybody."""
    return max((result.max_score for result in results), default=0)


def _csv(rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _tamed(cells: Sequence[str]) -> list[str]:
    return [_tame(cell) for cell in cells]


def _tame(cell: str) -> str:
    """No cell is a formula to a spreadsheet."""
    return f"'{cell}" if cell.startswith(FORMULA) and cell != "-" else cell
