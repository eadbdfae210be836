"""What is missing in what a student is about to hand in. Runs in the student's kernel, decides nothing."""

import re

from autograder.course.layout import Assignment, CourseError, find_course
from autograder.course.rubric import read_rubric
from autograder.submission.extract import UnreadableError, policy_of, read_notebook

_TODO = re.compile(r'^\s*raise NotImplementedError\("TODO ([\w.]+)"\)', re.MULTILINE)


def tell_what_is_missing(assignment: str) -> None:
    """Print it, for the notebook in its course folder; nothing where it cannot be found out."""
    try:
        missing = what_is_missing(find_course().assignment(assignment))
    except (CourseError, UnreadableError, OSError):
        return  # the zip is what this is about, and is not to fail for a remark
    print("\n".join(missing) if missing else "Every task has an answer, right or wrong.")


def what_is_missing(assignment: Assignment) -> list[str]:
    """A sentence for the code, for the written answers and for the weights that are not there.

    Raises:
        CourseError, UnreadableError, OSError: notebook or rubric cannot be read.
    """
    data = assignment.notebook.read_bytes()
    cells, written = read_notebook(data, assignment.notebook.name, policy_of(data.decode(errors="replace")))
    tasks = read_rubric(assignment.rubric).tasks
    open_ = [task for cell in cells for task in _TODO.findall(cell.source)]
    empty = [task for task in tasks if tasks[task].kind == "written" and not written.get(task)]
    untrained = [task for task in tasks if tasks[task].kind == "weights"]
    told = []
    if todo := [task for task in tasks if task in [*open_, *empty]]:
        told.append(f"Nothing is written yet, in the notebook as it was last saved, for {', '.join(todo)}.")
    if untrained and not any(assignment.public_dir.glob("*.pth")):
        told.append(f"No trained weights (*.pth) lie beside the notebook, for {', '.join(untrained)}.")
    return told
