"""The code of a class, read again from where it was handed in. Trusted side; runs nothing."""

from collections.abc import Sequence
from pathlib import Path

from autograder.grading.provenance import read_made
from autograder.lab.lab import Lab
from autograder.reports.similarity import keep, likenesses
from autograder.results.schema import Result
from autograder.submission.extract import cells_from_notebook


def compare_code(lab: Lab, results: Sequence[Result], out: Path) -> None:
    """Write `out/alike.json`: the pairs of students whose code is nearly the same.

    Submissions that are no longer where they were handed in are left out.
    """
    sources = {}
    for result in results:
        made = read_made(out, result.student)
        if made and Path(made.path).exists():
            sources[result.student] = [cell.source for cell in lab.read(made.found(result.student)).cells]
    notebook = lab.assignment.notebook
    given = [cell.source for cell in cells_from_notebook(notebook.read_bytes(), notebook.name, lab.policy)]
    keep(likenesses(sources, given), out / "alike.json")
