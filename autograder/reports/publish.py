"""What a grading shows to the world: `grades.csv` and the pages. Trusted side."""

from collections.abc import Sequence
from pathlib import Path

from autograder.course.rubric import Rubric
from autograder.course.whole import written_whole
from autograder.reports.html import write_report
from autograder.reports.roll import not_handed_in
from autograder.reports.store import read_results
from autograder.reports.table import grades_csv
from autograder.results.schema import Result


def publish(results: Sequence[Result], rubric: Rubric, out: Path) -> Path:
    """Write `out/grades.csv` and `out/report/`; return the class page."""
    write_grades(results, rubric, out)
    return write_report(results, rubric, out)


def write_grades(results: Sequence[Result], rubric: Rubric, out: Path) -> None:
    """Write `out/grades.csv`, whole or not at all, with the mark by which spreadsheets know UTF-8."""
    text = grades_csv(results, rubric, not_handed_in(out, results))
    with written_whole(out / "grades.csv") as unfinished:
        unfinished.write_text(text, encoding="utf-8-sig")


class Session:
    """Publishes again and again while somebody grades.

    What the class report calls changed is all that changed since the session began, and not since the last
    key press: `last.json`, which that is told from, is put back before each report.
    """

    def __init__(self, rubric: Rubric, out: Path) -> None:
        self._rubric = rubric
        self._out = out
        self._note = out / "last.json"
        self._before = self._note.read_bytes() if self._note.exists() else None

    def grades(self) -> None:
        """Write `grades.csv` anew."""
        write_grades(read_results(self._out), self._rubric, self._out)

    def everything(self) -> None:
        """Write `grades.csv` and the reports anew."""
        if self._before is not None:
            self._note.write_bytes(self._before)
        publish(read_results(self._out), self._rubric, self._out)
