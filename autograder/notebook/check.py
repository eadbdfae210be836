"""The check cell: a task's sample cases on the notebook's live namespace, answered in the notebook.

Runs in the student's own kernel, so it is a help and never a grade; the graders are the ones that grade.
"""

import importlib
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from autograder.course.layout import CourseError, find_course
from autograder.grading.expectations_file import read_expectations
from autograder.judging.judge import judge_task
from autograder.judging.session import Graders, Key, with_graders
from autograder.lab.lab import Lab, read_lab
from autograder.reports.feedback import feedback_html, feedback_text
from autograder.results.schema import TaskResult
from autograder.sandbox import RawAnswer, runner
from autograder.sandbox.answers import Answer, decode
from autograder.submission import Submission


def check(assignment: str, task: str, namespace: dict[str, Any], start: Path | None = None) -> None:
    """Run one task's sample cases on `namespace` and show what came of it.

    Args:
        start: a folder inside the course; by default the working folder.

    Raises:
        CourseError: the notebook does not lie in a course folder, or the course is broken.
    """
    lab = read_lab(find_course(start).assignment(assignment), ("sample",))
    result = checked(lab, task, namespace)
    following = _following(lab, task)
    _show(_Feedback(feedback_text(result, following), feedback_html(result, following)))


def _following(lab: Lab, task: str) -> str:
    """The task after this one, in the order of the rubric; empty after the last."""
    tasks = list(lab.rubric.tasks.items())
    place = list(lab.rubric.tasks).index(task) + 1
    return f"{tasks[place][0]} {tasks[place][1].title}" if place < len(tasks) else ""


def checked(
    lab: Lab,
    task: str,
    namespace: dict[str, Any],
    within: Callable[[float], AbstractContextManager[object]] = nullcontext,
) -> TaskResult:
    """What the graders say about one task, on the lab's cases.

    Args:
        within: makes the context of each call of the student's code, from the seconds that it may take.

    Raises:
        CourseError: the sample expectations are missing, or there is no such task.
    """
    if task not in lab.rubric.tasks:
        raise CourseError(f"{lab.assignment.name} has no task {task!r}.")
    try:
        expectations = read_expectations(lab)
    except ValueError as error:
        raise CourseError(str(error)) from error

    def body(graders: Graders) -> TaskResult:
        probes = {grader.key[0] for grader in graders.all if grader.task == task}
        answers = _answers(lab, probes, namespace, within)
        return judge_task(task, lab.rubric.tasks[task], graders, answers, expectations)

    return with_graders(lab.assignment.graders, lab.calls, lab.rubric.settings, body)


def _answers(
    lab: Lab,
    probes: set[str],
    namespace: dict[str, Any],
    within: Callable[[float], AbstractContextManager[object]],
) -> dict[Key, Answer]:
    job = lab.job(Submission(student="", name="", sha256=""))
    cells = _cells_of_the_kernel()
    answers: dict[Key, Answer] = {}
    with _left_as_it_was(job.public_dir):
        module = runner.load_probes(job)
        for call in lab.calls:
            if call.probe in probes:
                with within(job.limits.probe_seconds):
                    frame = runner.answer(job, call, namespace, lambda name: getattr(module, name), cells)
                raw = RawAnswer(call.probe, call.case, "recorded", frame)
                answers[call.probe, call.case] = _located(decode(raw, lab.rubric.limits), cells)
    return answers


def _cells_of_the_kernel() -> dict[str, str]:
    """File names that IPython gives to its cells, and what it calls them in tracebacks: `Cell In[4]`."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    names: dict[str, str] = getattr(getattr(shell, "compile", None), "_filename_map", {})
    return {file: f"Cell In[{number}]" for file, number in names.items()}


def _located(answer: Answer, cells: dict[str, str]) -> Answer:
    if answer.error is None or answer.error.label not in cells:
        return answer
    return replace(answer, error=replace(answer.error, label=cells[answer.error.label]))


@contextmanager
def _left_as_it_was(public_dir: Path) -> Iterator[None]:
    """A check changes nothing that the notebook's next cell could notice: generators, dtype, paths."""
    numbers = random.getstate(), np.random.get_state(), torch.get_rng_state()
    dtype, grad = torch.get_default_dtype(), torch.is_grad_enabled()
    sys.path.insert(0, str(public_dir))
    try:
        yield
    finally:
        sys.path.remove(str(public_dir))
        random.setstate(numbers[0])
        np.random.set_state(numbers[1])
        torch.set_rng_state(numbers[2])
        torch.set_default_dtype(dtype)
        torch.set_grad_enabled(grad)


@dataclass(frozen=True)
class _Feedback:
    """Shown as HTML by Jupyter, as text by everything else."""

    text: str
    html: str

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return self.html


def _show(feedback: _Feedback) -> None:
    if "IPython" in sys.modules and sys.modules["IPython"].get_ipython():
        importlib.import_module("IPython.display").display(feedback)
    else:
        print(feedback.text)
