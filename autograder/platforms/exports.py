"""Grades and feedback in the forms that platforms import. Trusted side."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.course.rubric import Rubric
from autograder.platforms.roster import Entry
from autograder.reports.summary import points
from autograder.results.schema import Result

_DATE = (1980, 1, 1, 0, 0, 0)  # the same content gives the same bytes


def canvas_grades(results: Sequence[Result], entries: Mapping[str, Entry], rubric: Rubric) -> str:
    """Canvas's gradebook import: a row of possible points, then one for each student in the roster."""
    header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", rubric.title]
    possible = ["    Points Possible", "", "", "", "", points(_most(results))]
    rows = [
        [entry.name or entry.student, entry.identity, "", "", "", points(result.score)]
        for result in results
        if (entry := entries.get(result.student))
    ]
    return _csv([header, possible, *rows])


def moodle_grades(results: Sequence[Result], entries: Mapping[str, Entry]) -> str:
    """Moodle's offline grading worksheet.

    Its import refuses a file without the column of last changes; "-" stands where there was no grade before.
    """
    header = [
        "Identifier",
        "Full name",
        "Email address",
        "Grade",
        "Maximum Grade",
        "Last modified (grade)",
        "Feedback comments",
    ]
    rows = [
        [
            f"Participant {entry.identity}",
            entry.name,
            entry.email,
            points(result.score),
            points(_most(results)),
            "-",
            " ".join(result.problems),
        ]
        for result in results
        if (entry := entries.get(result.student))
    ]
    return _csv([header, *rows])


def feedback_zip(pages: Mapping[str, Path], entries: Mapping[str, Entry]) -> bytes:
    """Pages by student, under the names by which the platform takes files back.

    Canvas wants the name's beginning as it gave it, Moodle the student's folder.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for student, page in sorted(pages.items()):
            if entry := entries.get(student):
                name = f"{entry.prefix}{'' if entry.platform == 'canvas' else '/'}feedback.html"
                archive.writestr(zipfile.ZipInfo(name, _DATE), page.read_bytes(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _most(results: Sequence[Result]) -> float:
    return max((result.max_score for result in results), default=0)


def _csv(rows: Sequence[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([[_tame(cell) for cell in row] for row in rows])
    return out.getvalue()


def _tame(cell: str) -> str:
    """No cell is a formula to a spreadsheet."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t") else cell
