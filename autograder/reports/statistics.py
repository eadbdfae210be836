"""What a class's results say about its tasks: difficulty, discrimination, where samples mislead. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import StatisticsError, correlation, mean

from autograder.results.schema import Result, TaskResult

FEWEST = 5  # submissions, below which a correlation says nothing


@dataclass(frozen=True)
class TaskStatistics:
    """One task over those who were graded, and whose submission could be read.

    Attributes:
        difficulty: mean share of the points, 0 (nobody has any) to 1 (everybody has all); the testing
            literature's p-value. `None` where nobody was graded.
        discrimination: Pearson's correlation of the task's points with the points of all other tasks, the
            corrected item-total correlation. `None` below five submissions, or where either does not vary.
        failed: submissions with less than all points.
        by_status: how many submissions ended how.
        misled: students who passed every sample case and failed a secret one.
        warned: students who failed a sample case and passed every secret one.
    """

    id: str
    title: str
    max_score: float
    graded: int
    difficulty: float | None
    discrimination: float | None
    failed: int
    by_status: tuple[tuple[str, int], ...]
    misled: tuple[str, ...]
    warned: tuple[str, ...]


def task_statistics(results: Sequence[Result]) -> list[TaskStatistics]:
    """Of each task, in the order of the results' own; what could not be read says nothing about a task."""
    read = [result for result in results if not result.unreadable]
    order = dict.fromkeys(task.id for result in read for task in result.tasks)
    return [_of_task(task_id, read) for task_id in order]


def _of_task(task_id: str, results: Sequence[Result]) -> TaskStatistics:
    pairs = [(result, task) for result in results for task in result.tasks if task.id == task_id]
    graded = [(result, task) for result, task in pairs if task.status not in ("pending", "internal")]
    shares = [task.score / task.max_score for _, task in graded if task.max_score]
    counts: dict[str, int] = {}
    for _, task in pairs:
        counts[task.status] = counts.get(task.status, 0) + 1
    return TaskStatistics(
        id=task_id,
        title=pairs[0][1].title,
        max_score=pairs[0][1].max_score,
        graded=len(graded),
        difficulty=mean(shares) if shares else None,
        discrimination=_discrimination(graded),
        failed=sum(task.score < task.max_score for _, task in graded),
        by_status=tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))),
        misled=tuple(result.student for result, task in graded if _ways(task) == (True, False)),
        warned=tuple(result.student for result, task in graded if _ways(task) == (False, True)),
    )


def _discrimination(graded: Sequence[tuple[Result, TaskResult]]) -> float | None:
    if len(graded) < FEWEST:
        return None
    own = [task.score for _, task in graded]
    rest = [
        sum(other.score for other in result.tasks if other.id != task.id and other.status != "pending")
        for result, task in graded
    ]
    try:
        return correlation(own, rest)
    except StatisticsError:  # one of them is the same for everybody
        return None


def _ways(task: TaskResult) -> tuple[bool, bool] | None:
    """Whether all sample cases passed, and all secret ones; `None` where there are not both."""
    sample = [test.status == "passed" for test in task.tests if test.visibility == "sample"]
    secret = [test.status == "passed" for test in task.tests if test.visibility == "secret"]
    return (all(sample), all(secret)) if sample and secret else None
