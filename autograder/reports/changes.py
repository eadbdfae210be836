"""What is not as it was when a class's report was last written. Trusted side."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course.whole import written_whole
from autograder.results.schema import Result

Scores = Mapping[str, Mapping[str, float]]  # student -> task -> points


@dataclass(frozen=True)
class Change:
    """One student's points in one task, then and now; `None` where the student was or is not there."""

    student: str
    task: str
    then: float | None
    now: float | None


def scores_of(results: Sequence[Result]) -> dict[str, dict[str, float]]:
    """Points by student and task, the total under an empty one; what awaits a person is left out."""
    return {
        result.student: {task.id: task.score for task in result.tasks if task.status != "pending"}
        | {"": result.score}
        for result in results
    }


def changes(then: Scores, now: Scores) -> list[Change]:
    """The differences, by student and task.

    An entry with an empty task is a total: of who came or went, or where the rules alone changed it.
    """
    found = []
    for student in sorted({*then, *now}):
        if student not in then or student not in now:
            totals = [of[student].get("") if student in of else None for of in (then, now)]
            found.append(Change(student, "", *totals))
            continue
        pairs = {
            task: (then[student].get(task), now[student].get(task))
            for task in dict.fromkeys([*then[student], *now[student]])
        }
        changed = {task: pair for task, pair in pairs.items() if pair[0] != pair[1]}
        told = {task: pair for task, pair in changed.items() if task} or changed
        found += [Change(student, task, *pair) for task, pair in told.items()]
    return found


def before(results: Sequence[Result], path: Path) -> Scores:
    """The points of the last report that had others, from the file `path`; where there was none, today's.

    The file holds two: a report that is written again without a change says what the one before said.
    """
    now = scores_of(results)
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        last, earlier = dict(kept["last"]), dict(kept["before"])
    except (OSError, ValueError, KeyError, TypeError):
        return now
    return earlier if last == now else last


def remember(results: Sequence[Result], path: Path) -> Scores:
    """The same, and keep today's points in the file for the next report."""
    then = before(results, path)
    text = json.dumps({"last": scores_of(results), "before": then}, indent=1)
    with written_whole(path) as unfinished:
        unfinished.write_text(text + "\n", encoding="utf-8")
    return then
