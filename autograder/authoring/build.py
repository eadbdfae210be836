"""What `autograder build` writes for a lab, and what of it is stale. Trusted side."""

from collections.abc import Collection, Mapping
from pathlib import Path

from autograder.authoring.master import check_master, read_master
from autograder.authoring.notebook import student_notebook
from autograder.authoring.written import written_tasks
from autograder.course.layout import Assignment
from autograder.course.rubric import read_rubric
from autograder.course.settings import read_settings


def planned(assignment: Assignment, grader_tasks: Collection[str]) -> dict[Path, str]:
    """The files made from the master, path -> text: the notebook.

    Args:
        grader_tasks: ids of the tasks that some grader decides about.

    Raises:
        AuthoringError: the master cannot be built; names file and line.
        CourseError: the rubric or `course.toml` cannot be read.
    """
    master = read_master(assignment.master)
    rubric = read_rubric(assignment.rubric)
    check_master(master, rubric, grader_tasks)
    written_tasks(master, rubric)
    address = read_settings(assignment.root).bundles
    return {assignment.notebook: student_notebook(master, assignment.name, address)}


def stale(plan: Mapping[Path, str]) -> list[Path]:
    """The planned files that are missing or differ from what lies on disk, in order."""
    return [path for path, text in plan.items() if not path.is_file() or path.read_bytes() != text.encode()]
