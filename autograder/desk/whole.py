"""What a student handed in beside the answer on the page: words nearby, the whole notebook. Trusted side.

Both are read again from where the hand-in lay when it was graded.
"""

from collections.abc import Mapping
from pathlib import Path

from autograder.course.layout import CourseError
from autograder.grading.provenance import read_made
from autograder.lab.lab import Lab
from autograder.reports.handback import handed_in
from autograder.reports.notebook import Piece, note
from autograder.reports.store import read_result


class Whole:
    """The hand-ins of one graded class."""

    def __init__(self, lab: Lab, out: Path) -> None:
        self._lab = lab
        self._out = out
        self._nearby: dict[str, tuple[str, Mapping[str, str]]] = {}  # by student, and by what was recorded

    def nearby(self, student: str, task: str) -> str:
        """The student's own words near a task that stand in no answer, as Markdown; empty where none do."""
        made = read_made(self._out, student)
        if made is None or not Path(made.path).exists():
            return ""
        kept = self._nearby.get(student)
        if kept is None or kept[0] != made.recording:
            submission = self._lab.read(made.found(student))
            kept = self._nearby[student] = made.recording, submission.form.nearby
        return kept[1].get(task, "")

    def pieces(self, student: str) -> list[Piece]:
        """The notebook, cell by cell, or a sentence about why it is not here."""
        try:
            return handed_in(read_result(self._out, student), self._lab, self._out)
        except CourseError as error:
            return [note(str(error))]
