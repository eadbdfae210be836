"""What the class's results say, in counts and words, for every kind of report. Trusted side, pure.

Student names, file names and messages are hostile text: `plain` takes out what steers a terminal, the
templates escape what steers a browser, `table.grades_csv` disarms what steers a spreadsheet.
"""

import builtins
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import mean

from autograder.course.rubric import Rubric, Task
from autograder.results.schema import Result, Status, TaskResult, TestResult

STATUS_WORDS: dict[Status, str] = {
    "passed": "passed",
    "partial": "partly passed",
    "failed": "failed",
    "error": "raised an error",
    "timeout": "ran out of time",
    "not_implemented": "not implemented",
    "pending": "awaits a person",
    "internal": "not graded: the grader failed",
}

_PLACE = re.compile(r"[^\s()\"'`:;,]+\.(?:ipynb|py)(?:, cell \d+)?, line \d+")
_NAME = re.compile(r"\b[A-Z]\w+\b")


@dataclass(frozen=True)
class Requested:
    """A student's request about a task, and the answer; empty while it is open."""

    student: str
    task: str
    text: str
    answer: str


@dataclass(frozen=True)
class TaskSummary:
    """One task over the class. `mean` is in points, over those who were graded; `None` where nobody was."""

    id: str
    title: str
    max_score: float
    bonus: bool
    mean: float | None
    pending: int


@dataclass(frozen=True)
class Misconception:
    """A known wrong answer, or without a name a sentence on how answers differ, and who was told of it."""

    name: str
    hint: str
    tasks: tuple[str, ...]
    students: tuple[str, ...]


@dataclass(frozen=True)
class GraderSummary:
    """One grader over its cases: how it went, and what a student may read about it."""

    name: str
    passed: int
    cases: int
    hint: str
    failures: tuple[tuple[str, str], ...]  # (sentence, message); secret cases have no message
    secret: int  # how many of the cases are secret


def points(value: float) -> str:
    """`10`, `2.5`, `3.33`: at most two decimals, none that say nothing."""
    return f"{round(value, 2):.2f}".rstrip("0").rstrip(".")


def plain(text: str) -> str:
    """The text on one line, without characters that move a cursor or turn the direction of writing."""
    return "".join(char if char.isprintable() else "\ufffd" for char in " ".join(text.split()))


def spoken(name: str) -> str:
    """`test_each_class_has_its_own_mean` or `one_mean_for_all+loss_summed`, as words."""
    return name.removeprefix("test_").replace("_", " ").replace("+", " and ")


def requests_in(results: Iterable[Result]) -> list[Requested]:
    """What students asked to have looked at again, the open requests first."""
    found = [
        Requested(result.student, task.id, one.text, one.answer)
        for result in results
        for task in result.tasks
        for one in task.requests
    ]
    return sorted(found, key=lambda one: one.answer != "")


def task_summaries(results: Sequence[Result], rubric: Rubric) -> list[TaskSummary]:
    """The rubric's tasks, in its order, over the class."""
    return [
        _summary(task_id, of, [task for result in results for task in result.tasks if task.id == task_id])
        for task_id, of in rubric.tasks.items()
    ]


def _summary(task_id: str, of: Task, tasks: Sequence[TaskResult]) -> TaskSummary:
    graded = [task.score for task in tasks if task.status not in ("pending", "internal")]
    return TaskSummary(
        id=task_id,
        title=of.title,
        max_score=of.points,
        bonus=of.bonus,
        mean=mean(graded) if graded else None,
        pending=sum(task.status == "pending" for task in tasks),
    )


def misconceptions(results: Iterable[Result]) -> list[Misconception]:
    """The known wrong answers and the differences that were met, the commonest first."""
    hints: dict[str, str] = {}
    tasks: dict[str, dict[str, None]] = {}  # dicts as sets that keep their order
    students: dict[str, dict[str, None]] = {}
    for result in results:
        for task in result.tasks:
            if name := task.misconception or task.difference:
                hints.setdefault(name, task.hint if task.misconception else "")
                tasks.setdefault(name, {})[task.id] = None
                students.setdefault(name, {})[result.student] = None
    found = [
        Misconception(name if hint else "", hint or name, tuple(tasks[name]), tuple(students[name]))
        for name, hint in hints.items()
    ]
    return sorted(found, key=lambda one: (-len(one.students), one.name))


def has_internal(result: Result) -> bool:
    """Whether something of ours failed on this submission."""
    return any(task.status == "internal" for task in result.tasks)


def faults(result: Result) -> list[str]:
    """What of ours failed on this submission, for the instructor: grader and message."""
    return [
        f"{', '.join(filter(None, (task.id, spoken(test.name), test.case)))}: {test.message}"
        for task in result.tasks
        for test in task.tests
        if test.status == "internal"
    ]


def status_line(result: Result) -> str:
    """The status column: our own faults first, then misconceptions by name, then what went wrong where.

    Last comes what a person has to look at again.
    """
    again = [task for task in result.tasks if task.outdated]
    told = [f"{_ids(again)} answered anew since the points were given"] if again else []
    return "; ".join(filter(None, [_went(result), *told]))


def _went(result: Result) -> str:
    groups: dict[Status, list[TaskResult]] = {}
    for task in result.tasks:
        told = task.misconception or task.difference
        if task.kind != "written" and task.status != "passed" and not told:
            groups.setdefault(task.status, []).append(task)
    internal = groups.pop("internal", [])
    phrases = [f"INTERNAL: the grader failed in {_ids(internal)}"] if internal else []
    code = [task for task in result.tasks if task.kind != "written"]
    if result.problems and not internal and not any(task.score for task in code):
        return plain(result.problems[0])
    phrases += dict.fromkeys(plain(spoken(task.misconception)) for task in code if task.misconception)
    phrases += [_difference(task) for task in code if task.difference and not task.misconception]
    for status, tasks in sorted(groups.items(), key=lambda group: list(STATUS_WORDS).index(group[0])):
        if status == "not_implemented":
            phrases.append("not implemented" if tasks == code else f"not implemented: {_ids(tasks)}")
        elif status == "pending":  # a network that no grader of ours can measure
            phrases.append(f"{_ids(tasks)} {STATUS_WORDS[status]}")
        else:
            where = next((place for task in tasks if (place := _place(task))), "")
            word = {"partial": "partial"}.get(status, status)
            phrases.append(f"{word} in {_ids(tasks)}" + (f" ({where})" if where else ""))
    return "; ".join(phrases)


def _difference(task: TaskResult) -> str:
    sentence = plain(task.difference).partition(": ")[0].rstrip(".")  # what it asks then is the student's
    return f"{task.id}: {sentence[0].lower()}{sentence[1:]}"


def grader_summaries(tests: Iterable[TestResult]) -> list[GraderSummary]:
    """The graders of a task as its student may see them, in order, those with the same name as one."""
    by_name: dict[str, list[TestResult]] = {}
    for test in tests:
        by_name.setdefault(test.name, []).append(test)
    return [_grader(name, cases) for name, cases in by_name.items()]


def _grader(name: str, tests: Sequence[TestResult]) -> GraderSummary:
    bad = [test for test in tests if test.status != "passed"]
    failures = [
        (f"{test.case.removeprefix('sample/')}: {STATUS_WORDS[test.status]}", test.message)
        for test in bad
        if _open(test)
    ]
    shown = {_raised(test) for test in bad if _open(test)}
    hidden: dict[str, int] = {}
    for test in bad:
        if not _open(test):
            how = _raised(test) if _raised(test) in shown else STATUS_WORDS[test.status]
            hidden[how] = hidden.get(how, 0) + 1
    failures += [(f"{count} secret case{'s' * (count > 1)}: {how}", "") for how, count in hidden.items()]
    return GraderSummary(
        name=spoken(name),
        passed=len(tests) - len(bad),
        cases=len(tests),
        hint=next((test.hint for test in bad if test.hint), ""),
        failures=tuple(failures),
        secret=sum(not _open(test) for test in tests),
    )


def _open(test: TestResult) -> bool:
    return test.visibility == "sample"


def _raised(test: TestResult) -> str:
    """What a case ended by. Of a secret one it is told if a sample case ended so, too: code that raises a
    type of its choice, or at a line of its choice, could carry a secret input out.
    """
    names = (name for name in _NAME.findall(test.message) if _is_exception(name))
    return next((f"raised {name}" for name in names if test.status == "error"), STATUS_WORDS[test.status])


def _is_exception(name: str) -> bool:
    found = getattr(builtins, name, None)
    return isinstance(found, type) and issubclass(found, BaseException)


def _ids(tasks: Iterable[TaskResult]) -> str:
    return ", ".join(task.id for task in tasks)


def _place(task: TaskResult) -> str:
    """Where in the submission it went wrong: `answers.ipynb, cell 4, line 3`, or nothing."""
    for test in task.tests:
        if test.status == task.status and (found := _PLACE.search(test.message)):
            return plain(found.group())
    return ""
