"""What a grading shows to the world: `grades.csv` and the pages. Trusted side."""

from collections.abc import Sequence
from pathlib import Path

from autograder.reports.html import write_report
from autograder.reports.table import grades_csv
from autograder.results import Result
from autograder.rubric import Rubric


def publish(results: Sequence[Result], rubric: Rubric, out: Path) -> Path:
    """Write `out/grades.csv` and `out/report/`; return the class page."""
    write_grades(results, rubric, out)
    return write_report(results, rubric, out)


def write_grades(results: Sequence[Result], rubric: Rubric, out: Path) -> None:
    """Write `out/grades.csv`, whole or not at all."""
    unfinished = out / "grades.csv.partial"
    unfinished.write_text(grades_csv(results, rubric), encoding="utf-8")
    unfinished.replace(out / "grades.csv")
