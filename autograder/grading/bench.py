"""A lab ready to grade: expected answers, collected graders, a place to record. Trusted side."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from autograder.course.layout import CourseError
from autograder.fleet import Recorder
from autograder.grading.known_answers import known_expectations
from autograder.grading.why import explained
from autograder.judging.expectations import Expectations, answers_of
from autograder.judging.judge import check_graders, failed_task, judge
from autograder.judging.session import Graders, with_graders
from autograder.lab.lab import Lab
from autograder.results.environment import environment_of
from autograder.results.schema import Environment, Result, SubmissionInfo, TaskResult
from autograder.results.totals import total
from autograder.sandbox import Level, Recording
from autograder.submission import Submission

if TYPE_CHECKING:
    from autograder.judging.judges import Judges

T = TypeVar("T")


@dataclass(frozen=True)
class Bench:
    """A lab ready to grade: where to record, expected answers, collected graders.

    Attributes:
        judges: processes that ask the graders; without them this one does, and takes the time that it takes.
    """

    lab: Lab
    recorder: Recorder
    expectations: Expectations
    environment: Environment
    graders: Graders
    judges: "Judges | None" = None

    def judged(
        self,
        submission: Submission,
        recording: Recording,
        task_ended: Callable[[TaskResult], object] = lambda task: None,
    ) -> Result:
        """The result of one recorded submission; a task on which judging itself fails is `internal`.

        Args:
            task_ended: called with each task as soon as it is decided.
        """
        tasks: list[TaskResult] = []
        for decided in self._decided(recording):
            task = explained(decided, submission.form, recording.cell_errors)
            tasks.append(task)
            task_ended(task)
        problems = (*_cell_problems(recording), *submission.form.notes)
        # Judged again elsewhere, a recording was still made at the level at which it was made.
        environment = self.environment.model_copy(update={"sandbox": recording.level})
        return result_of(self.lab, submission, tuple(tasks), environment, problems)

    def _decided(self, recording: Recording) -> Iterator[TaskResult]:
        if self.judges:
            return self.judges.decide(recording)
        answers = answers_of(recording, self.lab.rubric.limits)
        return judge(self.graders, self.lab.rubric, answers, self.expectations)

    @contextmanager
    def with_judges(self) -> Iterator["Bench"]:
        """The same bench, where processes within budgets ask the graders, a few at a time."""
        from autograder.judging.judges import Judges  # not where students check: there may be no processes

        most = min(self.recorder.places, os.cpu_count() or 1)
        with Judges(self.graders, self.lab.rubric, self.expectations, most) as judges:
            yield replace(self, judges=judges)

    def failed(self, submission: Submission, fault: str) -> Result:
        """The result where the sandbox failed: loud, and never a zero in silence."""
        tasks = tuple(
            task
            if task.kind == "written"
            else failed_task(task.id, self.lab.rubric.tasks[task.id], "", fault)
            for task in unjudged(self.lab)
        )
        return result_of(self.lab, submission, tasks, self.environment)

    def unreadable(self, submission: Submission) -> Result:
        """The result of a submission that could not be read: its row, and one sentence."""
        return result_of(
            self.lab, submission, unjudged(self.lab), self.environment, (submission.problem or "",)
        )


def with_bench(
    lab: Lab,
    recorder: Recorder,
    level: Level | None,
    known: Callable[[Graders, Environment], Expectations],
    body: Callable[[Bench], T],
) -> T:
    """Get the expected answers from `known`, collect the graders, and run `body`.

    Args:
        level: that of the recordings; `None` asks the recorder, which starts it.

    Raises:
        CourseError, AuthoringError: the lab is broken; names file and line.
        SandboxError: the reference or the sandbox itself fails.
    """

    if lacking := lab.rubric.lacking():
        raise CourseError(
            f"{lab.assignment.name} lets students import what is not installed here: "
            f"pip install {' '.join(lacking)}"
        )

    # A recorder that was started before imports torch while pytest collects graders that import it here.
    def bench(graders: Graders) -> T:
        check_graders(graders, lab.rubric)
        environment = environment_of(level or recorder.level)
        return body(Bench(lab, recorder, known(graders, environment), environment, graders))

    return with_graders(lab.assignment.graders, lab.calls, lab.rubric.settings, bench)


def with_instructors_bench(
    lab: Lab, recorder: Recorder, level: Level | None, body: Callable[[Bench], T]
) -> T:
    """`with_bench` where the solutions are at hand: expected answers come from them."""

    def known(graders: Graders, environment: Environment) -> Expectations:
        return known_expectations(lab, graders, recorder, environment)

    return with_bench(lab, recorder, level, known, body)


def result_of(
    lab: Lab,
    submission: Submission,
    tasks: tuple[TaskResult, ...],
    environment: Environment,
    problems: tuple[str, ...] = (),
) -> Result:
    """The tasks with their total."""
    found = total(tasks)
    return Result(
        assignment=lab.assignment.name,
        assignment_version=lab.rubric.version,
        student=submission.student,
        submission=SubmissionInfo(name=submission.name, sha256=submission.sha256),
        score=found.score,
        max_score=found.most,
        tasks=tasks,
        environment=environment,
        problems=problems,
    )


def unjudged(lab: Lab) -> tuple[TaskResult, ...]:
    """Every task of the lab without a point: written ones pending, the others as errors."""
    return tuple(
        TaskResult(
            id=task_id,
            title=task.title,
            kind=task.kind,
            status="pending" if task.kind == "written" else "error",
            score=0,
            max_score=task.points,
            bonus=task.bonus,
        )
        for task_id, task in lab.rubric.tasks.items()
    )


_AGAIN = "Time ran out while the machine was busy, so all was run again with nothing beside it"


def _cell_problems(recording: Recording) -> tuple[str, ...]:
    told = tuple(
        re.sub(r"\s+", " ", f"{error.label}, line {error.line}: {error.type}: {error.message}").strip(": ")
        for error in recording.cell_errors
    )
    if not recording.alone:
        return told
    return (*told, _AGAIN + (", and ran out once more." if recording.busy else "; that is what counts."))
