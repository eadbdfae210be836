"""Who of the class has not handed in, who left, and what else a person should know. Trusted side."""

from collections.abc import Sequence
from pathlib import Path

from autograder.reports.summary import plain
from autograder.results.class_list import Student, class_of, names_of
from autograder.results.schema import Result

_SHOWN = 12  # names in a line


def not_handed_in(directory: Path, results: Sequence[Result]) -> list[Student]:
    """Those in the class without a result, as far as it is known who is in."""
    there = {result.student for result in results}
    return [one for one in class_of(directory) if not one.left and one.student not in there]


def notes(directory: Path, results: Sequence[Result]) -> list[str]:
    """What stands below the table of a class, a sentence each."""
    students = class_of(directory)
    names, known = names_of(students), {one.student for one in students}
    left = [one for one in students if one.left and (directory / "results" / f"{one.student}.json").exists()]
    parts = {
        "Not handed in": [names[one.student] for one in not_handed_in(directory, results)],
        "Not in the class list, so left out, though nothing of theirs is deleted": [
            names[one.student] for one in left
        ],
        "Graded, and in no roster or class list": [
            result.shown for result in results if students and result.student not in known
        ],
    }
    told = [f"{head} ({len(who)}): {_names(who)}." for head, who in parts.items() if who]
    return [*told, *undecided(results), *above_maximum(results)]


def undecided(results: Sequence[Result]) -> list[str]:
    """A sentence for each task on which something of ours failed, with whose it is."""
    failed: dict[str, list[str]] = {}
    for result in results:
        for task in result.tasks:
            if task.status == "internal":
                failed.setdefault(task.id, []).append(result.shown)
    return [
        f"The grader failed in {task} ({len(who)}): {_names(who)}. That is not decided, and counts "
        "as nothing in the total."
        for task, who in failed.items()
    ]


def above_maximum(results: Sequence[Result]) -> list[str]:
    """A sentence for each task with more points, given by hand, than it has now."""
    return [
        f"{plain(result.shown)}, {task.id}: {task.score:g} points were given by hand, "
        f"and the task has {task.max_score:g} now."
        for result in results
        for task in result.tasks
        if task.score > task.max_score
    ]


def _names(who: Sequence[str]) -> str:
    more = f" and {len(who) - _SHOWN} more" if len(who) > _SHOWN else ""
    return ", ".join(plain(name) for name in sorted(who)[:_SHOWN]) + more
