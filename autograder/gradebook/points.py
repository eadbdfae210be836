"""Results with what people gave. Trusted side; the machine's results on disk stay as they are."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from autograder.gradebook.book import Gradebook
from autograder.gradebook.model import Entry, Key
from autograder.gradebook.requests import asked
from autograder.results.schema import RequestResult, Result, Status, TaskResult
from autograder.results.totals import total


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
    outdated = {key for assignment in {key.assignment for key in marks} for key in book.outdated(assignment)}
    requests: dict[Key, list[RequestResult]] = {}
    for one in (
        one for lab in {result.assignment for result in results} for one in asked(book.requests(lab))
    ):
        told = RequestResult(text=one.request.text, answer=one.answer.text if one.answer else "")
        requests.setdefault(one.request.key, []).append(told)
    return [_with_marks(result, marks, outdated, requests) for result in results]


def _with_marks(
    result: Result,
    marks: Mapping[Key, Entry],
    outdated: Collection[Key],
    requests: Mapping[Key, Sequence[RequestResult]],
) -> Result:
    keys = {task.id: Key(result.assignment, result.student, task.id) for task in result.tasks}
    given = (_with_mark(task, marks.get(keys[task.id])) for task in result.tasks)
    tasks = tuple(
        task.model_copy(
            update={
                "outdated": task.outdated or keys[task.id] in outdated,
                "requests": tuple(requests.get(keys[task.id], ())),
            }
        )
        for task in given
    )
    if tasks == result.tasks:
        return result
    found = total(tasks)
    return result.model_copy(update={"tasks": tasks, "score": found.score, "max_score": found.most})


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
