"""`grader.check("1.1")` in a notebook, as Otter has it. Runs in the student's kernel, decides nothing.

Otter's own `Notebook` would bring 88 packages to each student, a browser among them, to call these checks.
"""

import sys
from dataclasses import dataclass

from autograder.course.layout import CourseError, find_course
from autograder.course.rubric import read_rubric


@dataclass(frozen=True)
class Grader:
    """The checks of a lab, on what the notebook has defined by now.

    Each shows what a task's sample cases say. A task that does not pass is no error: "Run all" goes on.
    """

    lab: str

    def check(self, task: str) -> None:
        """Check one task."""
        from autograder.notebook.check import check  # only now: it imports torch

        try:
            check(self.lab, task, vars(sys.modules["__main__"]))
        except CourseError as error:
            print(error)

    def check_all(self) -> None:
        """Check every task but the written ones, in the order of the notebook."""
        try:
            tasks = read_rubric(find_course().assignment(self.lab).rubric).tasks
        except CourseError as error:
            print(error)
            return
        for name, task in tasks.items():
            if task.kind != "written":
                self.check(name)
