"""Results with what people gave. Trusted side; the machine's results on disk stay as they are."""

from collections.abc import Iterable

from autograder.gradebook.book import Gradebook
from autograder.gradebook.model import Entry, Key
from autograder.results.schema import Result, Status, TaskResult


def with_manual_points(results: Iterable[Result], book: Gradebook) -> list[Result]:
    """The results with the gradebook's points, rubric items and comments in their tasks; scores follow.

    A mark counts for a task of any kind: a person's word stands above the grader's.
    """
    results = list(results)
    marks = {
        key: entry
        for assignment in {result.assignment for result in results}
        for key, entry in book.marks(assignment).items()
    }
    return [_with_marks(result, marks) for result in results]


def _with_marks(result: Result, marks: dict[Key, Entry]) -> Result:
    tasks = tuple(
        _with_mark(task, marks.get(Key(result.assignment, result.student, task.id))) for task in result.tasks
    )
    if tasks == result.tasks:
        return result
    score = round(sum(task.score for task in tasks), 2)
    return result.model_copy(update={"tasks": tasks, "score": score})


def _with_mark(task: TaskResult, entry: Entry | None) -> TaskResult:
    if entry is None:
        return task
    mark = entry.mark
    if mark.points is None:
        return task.model_copy(update={"comment": mark.comment})
    status: Status = "partial"
    if mark.points >= task.max_score:
        status = "passed"
    elif mark.points == 0:
        status = "failed"
    update = {"status": status, "score": mark.points, "items": mark.items, "comment": mark.comment}
    return task.model_copy(update=update)
