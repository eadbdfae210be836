"""What is missing in what a student is about to hand in. Runs in the student's kernel, decides nothing."""

import re
from collections.abc import Iterable

from autograder.course.layout import Assignment, CourseError, find_course
from autograder.course.rubric import read_rubric
from autograder.submission.document import document_of, raw_cells
from autograder.submission.extract import read_notebook
from autograder.submission.kinds import UnreadableError
from autograder.submission.policy import policy_of
from autograder.submission.remarks import remarks_on

_TODO = re.compile(r'^\s*raise NotImplementedError\("TODO ([\w.]+)"\)', re.MULTILINE)


def tell_what_is_missing(assignment: str) -> None:
    """Print it, for the notebook in its course folder; nothing where it cannot be found out."""
    try:
        missing = what_is_missing(find_course().assignment(assignment))
    except (CourseError, UnreadableError, OSError):
        return  # the zip is what this is about, and is not to fail for a remark
    print("\n".join(missing) if missing else "Every task has an answer, right or wrong.")


def what_is_missing(assignment: Assignment) -> list[str]:
    """A sentence each for the code, the written answers and the weights that are not there.

    Also for cells that are no longer what they were, and for words that stand outside of every answer.

    Raises:
        CourseError, UnreadableError, OSError: notebook or rubric cannot be read.
    """
    data, file = assignment.notebook.read_bytes(), assignment.notebook.name
    policy = policy_of(assignment.handed_out.read_text(encoding="utf-8", errors="replace"))
    work = read_notebook(data, file, policy)
    remarks = remarks_on(list(raw_cells(document_of(data, file), file)), policy)
    tasks = read_rubric(assignment.rubric).tasks
    open_ = [task for cell in work.cells for task in _TODO.findall(cell.source)]
    written = work.written
    empty = [task for task in tasks if tasks[task].kind == "written" and not written.answers.get(task)]
    untrained = [task for task in tasks if tasks[task].kind == "weights"]
    told = []
    if todo := [task for task in tasks if task in [*open_, *empty]]:
        told.append(f"Nothing is written yet, in the notebook as it was last saved, for {', '.join(todo)}.")
    for remark in dict.fromkeys(remarks.values()):
        told.append(f"{', '.join(_in_order(tasks, remarks, remark))}: {remark}")
    for task in written.nearby:
        told.append(f"Words of yours below {task} stand outside of its answer: move them up, next to it.")
    if untrained and not any(assignment.public_dir.glob("*.pth")):
        told.append(f"No trained weights (*.pth) lie beside the notebook, for {', '.join(untrained)}.")
    return told


def _in_order(tasks: Iterable[str], remarks: dict[str, str], remark: str) -> list[str]:
    return [task for task in tasks if remarks.get(task) == remark]
