"""The class report in the terminal: what the class page says, in lines. Trusted side."""

from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from autograder.course.rubric import Rubric
from autograder.reports.changes import Change
from autograder.reports.charts import score_histogram
from autograder.reports.similarity import Likeness
from autograder.reports.statistics import TaskStatistics, task_statistics
from autograder.reports.summary import has_internal, misconceptions, plain, points, requests_in, spoken
from autograder.reports.table import print_table, print_tasks
from autograder.reports.unexplained import unexplained
from autograder.results.schema import Result

_BAR = 40  # columns of the longest bar
_SHOWN = 20  # lines of a part; the page has all


def print_report(
    results: Sequence[Result],
    rubric: Rubric,
    changed: Sequence[Change],
    seconds: Mapping[str, float],
    alike: Sequence[Likeness],
    told: Sequence[str],
    console: Console,
) -> None:
    """Print the table of the class, then each part of the class page that has something to say."""
    print_table(results, rubric, console)
    statistics = task_statistics(results)
    print_tasks(statistics, console)
    names = {result.student: result.shown for result in results}
    parts = {
        "the class": told,
        "asked to be looked at again": _requests(results, names),
        "scores, in percent": _scores(results),
        "samples mislead": _misled(statistics, names),
        "misconceptions": _misconceptions(results, names),
        "wrong answers that have no name": _unexplained(results, names),
        "near-identical code: a hint where to look, and no more": _alike(alike, names),
        "time": _time(seconds, names),
        "since the last grading": _changed(changed, names),
    }
    for head, lines in parts.items():
        told = list(lines)
        if told:
            console.print(Text(f" {head}", style="dim"))
            more = [f"... and {len(told) - _SHOWN} more, on the class page"] if len(told) > _SHOWN else []
            for line in told[:_SHOWN] + more:
                console.print(Padding(Text(line), (0, 0, 0, 2)))
            console.print()


def _requests(results: Sequence[Result], names: Mapping[str, str]) -> Iterator[str]:
    for one in requests_in(results):
        answered = f" Answered: {plain(one.answer)}" if one.answer else ""
        head = "" if one.answer else "open, "
        yield f"{head}{_names([one.student], names)}, {one.task}: {plain(one.text)}{answered}"


def _scores(results: Sequence[Result]) -> Iterator[str]:
    bars = score_histogram([result for result in results if not has_internal(result)]).bars
    counts = [int(bar.value or 0) for bar in bars]
    unit = min(1.0, _BAR / max(1, *counts))
    for bar, count in zip(bars, counts, strict=True):
        yield f"{bar.label:>3} {'█' * max(count > 0, round(count * unit))} {count or ''}".rstrip()


def _misled(statistics: Sequence[TaskStatistics], names: Mapping[str, str]) -> Iterator[str]:
    for one in statistics:
        if one.misled:
            yield f"{one.id}, passed the samples, failed in secret: {_names(one.misled, names)}"
        if one.warned:
            yield f"{one.id}, failed a sample, passed in secret: {_names(one.warned, names)}"


def _misconceptions(results: Sequence[Result], names: Mapping[str, str]) -> Iterator[str]:
    for one in misconceptions(results):
        head = f"{len(one.students)} {plain(spoken(one.name))}".rstrip() + f", in {', '.join(one.tasks)}"
        yield f"{head}: {_names(one.students, names)}. {plain(one.hint)}"


def _unexplained(results: Sequence[Result], names: Mapping[str, str]) -> Iterator[str]:
    for one in unexplained(results):
        yield f"{len(one.students)} in {one.task}: {_names(one.students, names)}. {plain(one.said)}"


def _alike(alike: Sequence[Likeness], names: Mapping[str, str]) -> Iterator[str]:
    for group in alike:
        yield f"{round(100 * group.share)} %: {_names(group.students, names)}"


def _time(seconds: Mapping[str, float], names: Mapping[str, str]) -> Iterator[str]:
    if seconds:
        slowest = sorted(seconds.items(), key=lambda pair: -pair[1])[:5]
        told = ", ".join(f"{_names([student], names)} {taken:.1f} s" for student, taken in slowest)
        yield f"{median(seconds.values()):.1f} s a submission at the median; the slowest: {told}"


def _changed(changed: Sequence[Change], names: Mapping[str, str]) -> Iterator[str]:
    for one in changed:
        then, now = ("nothing" if value is None else points(value) for value in (one.then, one.now))
        yield f"{_names([one.student], names)}, {one.task or 'all'}: {then} → {now}"


def _names(students: Sequence[str], names: Mapping[str, str]) -> str:
    return ", ".join(plain(names.get(student, student)) for student in students)
