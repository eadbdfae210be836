"""Handing in: what is missing in the notebook, and the zip. Runs in the student's kernel, decides nothing."""

import importlib
import re
import sys
import time
import zipfile
from collections.abc import Iterable
from pathlib import Path

from autograder.course.layout import Assignment, CourseError, find_course
from autograder.course.rubric import read_rubric
from autograder.notebook.running import Running, running_notebook
from autograder.submission.document import document_of, raw_cells
from autograder.submission.extract import read_notebook
from autograder.submission.kinds import UnreadableError
from autograder.submission.policy import policy_of
from autograder.submission.remarks import remarks_on
from autograder.submission.together import WEIGHTS

_TODO = re.compile(r'^\s*raise NotImplementedError\("TODO ([\w.]+)"\)', re.MULTILINE)


def hand_in(name: str) -> None:
    """Say what is missing in the notebook that this runs in, and write the zip to hand in beside it."""
    try:
        assignment = find_course().assignment(name)
    except CourseError as error:
        print(error)
        return
    weights = sorted(path for path in assignment.public_dir.iterdir() if path.suffix in WEIGHTS)
    notebook = running_notebook(assignment)
    if notebook is None:
        files = "".join(f" and {path}" for path in weights)
        print(
            "Your notebook is no file here, and the one that came with the lab is as it was. "
            f"Download yours from the editor's menu: hand it in{files}."
        )
        return
    print(f"This is {notebook.name}, {notebook.saved}.")
    tell_what_is_missing(assignment, notebook)
    path = notebook.folder / f"{name}_{time.strftime('%Y_%m_%dT%H_%M_%S')}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{name}.ipynb", notebook.data)
        for file in weights:
            archive.write(file, file.name)
    _offer(path)


def _offer(path: Path) -> None:
    print(f"Hand in {path}")
    if "google.colab" in sys.modules:
        importlib.import_module("google.colab.files").download(str(path))


def tell_what_is_missing(assignment: Assignment, notebook: Running) -> None:
    """Print it; nothing where it cannot be found out."""
    try:
        missing = what_is_missing(assignment, notebook.data)
    except (CourseError, UnreadableError, OSError):
        return  # the zip is what this is about, and is not to fail for a remark
    print("\n".join(missing) if missing else "Every task has an answer, right or wrong.")


def what_is_missing(assignment: Assignment, data: bytes) -> list[str]:
    """A sentence each for the code, the written answers and the weights that are not there.

    Also for cells that are no longer what they were, and for words that stand outside of every answer.

    Args:
        data: the notebook.

    Raises:
        CourseError, UnreadableError, OSError: notebook or rubric cannot be read.
    """
    file = assignment.notebook.name
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
