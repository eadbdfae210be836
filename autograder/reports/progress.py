"""What a person, or a program, sees of a grading while it runs. Trusted side."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, TextIO

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from autograder.course.rubric import Rubric
from autograder.grading.pipeline import Graded
from autograder.reports.summary import plain, points
from autograder.reports.table import print_table
from autograder.results.schema import Result, TaskResult

Summary = dict[str, int]


def summary(graded: Sequence[Graded]) -> Summary:
    """How many submissions were graded, judged, reused; and of all how many timed out, failed to be read, or
    met a fault of ours.
    """
    how = Counter(one.how for one in graded)
    return {
        "graded": how["graded"],
        "judged": how["judged"],
        "reused": how["reused"],
        "timed out": sum(any(t.status == "timeout" for t in one.result.tasks) for one in graded),
        "unreadable": sum(one.result.unreadable for one in graded),
        "internal": sum(bool(one.fault) for one in graded),
    }


class GradingProgress(Protocol):
    """Follows one grading."""

    def over(self, total: int, level: str, places: int) -> Any:
        """A context in which submissions end."""

    def task_ended(self, student: str, task: TaskResult) -> None:
        """One task of a submission is judged."""

    def ended(self, graded: Graded) -> None:
        """One submission has its result on disk."""

    def summed_up(
        self, results: Sequence[Result], rubric: Rubric, counts: Summary, written: Sequence[Path]
    ) -> None:
        """All have ended."""


class TextProgress:
    """A bar with rate and time left, then the class as a table."""

    def __init__(self, verbose: bool, console: Console | None = None) -> None:
        self._console = console or Console()
        self._verbose = verbose
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            _Rate(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=self._console,
        )

    @contextmanager
    def over(self, total: int, level: str, places: int) -> Iterator[None]:
        with self._progress:
            line = f"sandbox {level} · {places} workers · {total} submissions"
            self._bar = self._progress.add_task(line, total=total)
            yield

    def task_ended(self, student: str, task: TaskResult) -> None:
        if self._verbose and task.status != "pending":
            of = f"{points(task.score)}/{points(task.max_score)}"
            self._tell(f"{plain(student)}  {task.id:<4} {task.status:<15} {of:>7}  {task.title}")

    def ended(self, graded: Graded) -> None:
        if graded.how == "reused":
            # Not `update`: what took no time says nothing about the rate of the others and the time left.
            self._progress.tasks[self._bar].completed += 1
        else:
            self._progress.update(self._bar, advance=1)
        if self._verbose:
            result = graded.result
            took = f" in {graded.seconds:.1f} s" if graded.how == "graded" else ""
            score = f"{points(result.score)} of {points(result.max_score)}"
            problem = "".join(f"; {plain(told)}" for told in result.problems)
            self._tell(f"{plain(result.student)}  {graded.how}{took}: {score} points{problem}")

    def _tell(self, line: str) -> None:
        self._progress.console.print(Text(line), soft_wrap=True)

    def summed_up(
        self, results: Sequence[Result], rubric: Rubric, counts: Summary, written: Sequence[Path]
    ) -> None:
        print_table(results, rubric, self._console)
        always = ("graded", "reused", "internal")
        told = ", ".join(f"{what} {n}" for what, n in counts.items() if n or what in always)
        line = " · ".join([told, *map(str, written)])
        self._console.print(line, highlight=False, soft_wrap=True)


class JsonProgress:
    """One JSON object a line, with its time: `begin`, `submission`, `summary`."""

    def __init__(self, to: TextIO) -> None:
        self._to = to

    @contextmanager
    def over(self, total: int, level: str, places: int) -> Iterator[None]:
        self._write(event="begin", submissions=total, sandbox=level, workers=places)
        yield

    def task_ended(self, student: str, task: TaskResult) -> None:
        """A submission's tasks come in one line with it."""

    def ended(self, graded: Graded) -> None:
        result = graded.result
        self._write(
            event="submission",
            student=result.student,
            how=graded.how,
            score=result.score,
            max_score=result.max_score,
            tasks={task.id: task.status for task in result.tasks},
            seconds=round(graded.seconds, 3),
            problems=list(result.problems),
            fault=graded.fault,
        )

    def summed_up(
        self, results: Sequence[Result], rubric: Rubric, counts: Summary, written: Sequence[Path]
    ) -> None:
        keys = {what.replace(" ", "_"): n for what, n in counts.items()}
        self._write(event="summary", **keys, written=[str(path) for path in written])

    def _write(self, **event: object) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._to.write(json.dumps({"time": now, **event}) + "\n")
        self._to.flush()


class _Rate(ProgressColumn):
    """Submissions a minute."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed * 60:.0f}/min" if task.speed else "")
