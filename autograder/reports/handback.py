"""What a student gets back: their own notebook with the result beside each task, one file. Trusted side."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from autograder.course.whole import written_whole
from autograder.grading.provenance import read_made
from autograder.lab.lab import Lab
from autograder.reports.html import templates
from autograder.reports.notebook import Piece, note, pieces_of
from autograder.results.schema import Result, TaskResult
from autograder.submission.find import read_documents
from autograder.submission.kinds import UnreadableError


def write_feedback(results: Sequence[Result], lab: Lab, out: Path) -> Iterator[Path]:
    """Write `out/feedback/<student>.html` for each result, whole or not at all."""
    folder = out / "feedback"
    folder.mkdir(parents=True, exist_ok=True)
    page = templates({result.student: result.shown for result in results}).get_template("feedback.html.j2")
    drawings = _drawings(lab)
    for result in results:
        pieces = handed_in(result, lab, out, drawings)
        places = _places(result.tasks, pieces)
        text = page.render(
            result=result,
            rubric=lab.rubric,
            first=[task for task in result.tasks if task.id not in places],
            pieces=[
                (piece, [task for task in result.tasks if places.get(task.id) == number])
                for number, piece in enumerate(pieces)
            ],
        )
        path = folder / f"{result.student}.html"
        with written_whole(path) as unfinished:
            unfinished.write_text(text, encoding="utf-8")
        yield path


def _drawings(lab: Lab) -> dict[str, str]:
    """The drawings that the lab's notebook shows, which students do not hand in, as `data:` addresses."""
    return {
        path.name: "data:image/svg+xml;base64," + base64.b64encode(path.read_bytes()).decode()
        for path in sorted(lab.assignment.public_dir.glob("*.svg"))
    }


def handed_in(result: Result, lab: Lab, out: Path, drawings: Mapping[str, str] | None = None) -> list[Piece]:
    """The pieces of what was handed in, or a sentence about why there are none."""
    made = read_made(out, result.student)
    if made is None or not Path(made.path).exists():
        return [note("What you handed in is no longer where it was graded, so it is not shown here.")]
    try:
        documents, files = read_documents(Path(made.path), result.submission.sha256, lab.policy, lab.given())
        return pieces_of(documents, files, lab.policy, _drawings(lab) if drawings is None else drawings)
    except UnreadableError as error:
        return [note(str(error))]
    except Exception:  # hostile text may find a fault in what renders it; the results are told all the same
        return [note("What you handed in cannot be shown here.")]


def _places(tasks: Sequence[TaskResult], pieces: Sequence[Piece]) -> dict[str, int]:
    """The number of the last piece in which a task is done, by task."""
    known = {task.id for task in tasks}
    return {task: number for number, piece in enumerate(pieces) for task in piece.tasks if task in known}
