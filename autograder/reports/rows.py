"""All results as one table with a row for each student and task, for pandas. Trusted side."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder.course.layout import CourseError
from autograder.reports.table import disarmed
from autograder.results.schema import Result

COLUMNS = (
    "student", "task", "title", "kind", "bonus", "status", "score", "max_score", "misconception",
    "samples_passed", "samples", "secrets_passed", "secrets", "seconds", "sandbox",
)  # fmt: skip


def rows(results: Sequence[Result], seconds: Mapping[str, float]) -> list[dict[str, Any]]:
    """One row for each student and task; what awaits a person has no score yet.

    `seconds` is how long each submission took, where that is known.
    """
    return [
        {
            "student": result.student,
            "task": task.id,
            "title": task.title,
            "kind": task.kind,
            "bonus": task.bonus,
            "status": task.status,
            "score": None if task.status == "pending" else task.score,
            "max_score": task.max_score,
            "misconception": task.misconception,
            **_counts("sample", task.tests),
            **_counts("secret", task.tests),
            "seconds": seconds.get(result.student),
            "sandbox": result.environment.sandbox,
        }
        for result in results
        for task in result.tasks
    ]


def write_rows(table: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Write the rows as CSV or Parquet, by the file's ending.

    In CSV, text that a spreadsheet would take for a formula begins with an apostrophe, as in `grades.csv`.

    Raises:
        CourseError: it ends otherwise.
    """
    import pandas as pd

    frame = pd.DataFrame(list(table), columns=list(COLUMNS))
    if path.suffix == ".parquet":
        frame.to_parquet(path, index=False)
    elif path.suffix == ".csv":
        frame.map(lambda cell: disarmed(cell) if isinstance(cell, str) else cell).to_csv(path, index=False)
    else:
        raise CourseError(f"{path} must end with .csv or .parquet.")


def _counts(visibility: str, tests: Sequence[Any]) -> dict[str, int]:
    of_kind = [test for test in tests if test.visibility == visibility]
    passed = sum(test.status == "passed" for test in of_kind)
    return {f"{visibility}s_passed": passed, f"{visibility}s": len(of_kind)}
