"""Where points become a total: dropped tasks, bonus, late days, rounding. Trusted side, pure.

Nothing else adds up points. All outputs show `Result.score` of `Result.max_score`, and those come from here.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from autograder.course.rubric import Late
from autograder.results.class_list import Student
from autograder.results.late_days import Rules, late_days_of, late_for, moment, part_taken
from autograder.results.schema import Result, TaskResult


@dataclass(frozen=True)
class Total:
    """`score` of `most` points; `dropped` tasks do not count, `taken` are the points that lateness took."""

    score: float
    most: float
    dropped: tuple[TaskResult, ...] = ()
    taken: float = 0.0


def total(tasks: Sequence[TaskResult], drop: int = 0, part: float = 0.0) -> Total:
    """The total of one student's tasks.

    The points of the tasks that count are scaled to the lab's maximum, so that it is the same for everybody;
    a bonus comes on top. Those tasks are dropped without which the student stands best, so that neither a
    point nor a drop more ever makes a total less.

    Args:
        drop: so many tasks at most do not count; never a bonus, or what nobody has graded yet.
        part: of the points, which lateness takes.
    """
    regular = [task for task in tasks if not task.bonus]
    most = _sum(task.max_score for task in regular)
    dropped = _dropped(regular, drop)
    kept = [task for task in regular if task not in dropped]
    scale = most / _sum(task.max_score for task in kept) if dropped else Fraction(1)
    earned = _sum(task.score for task in kept) * scale + _sum(task.score for task in tasks if task.bonus)
    score = _rounded(earned * (1 - _exact(part)))
    return Total(score, _rounded(most), tuple(dropped), round(_rounded(earned) - score, 2))


def with_total(result: Result, rules: Rules, student: Student | None = None) -> Result:
    """The result with its total by the rubric's rules, and a sentence for each that changed something."""
    when = moment(student.handed_in) if student else None
    late = late_for(rules.late, student)
    days = late_days_of(rules.late, student)
    found = total(result.tasks, rules.drop, part_taken(late, days) if late else 0.0)
    said = []
    if found.dropped:
        ids = ", ".join(task.id for task in found.dropped)
        said.append(
            f"{ids} {'does' if len(found.dropped) == 1 else 'do'} not count: you stand better without. The "
            f"points of the other tasks are scaled to {found.most:.6g}."
        )
    if late and days:
        said.append(_told(late, days, found.taken))
    elif late and student and student.late and not when:
        said.append("Handed in late, but nobody says when: nothing is taken for it.")
    update = {"score": found.score, "max_score": found.most, "problems": (*result.problems, *said)}
    return result.model_copy(update=update)


def weighted(shares: Iterable[tuple[Result | None, float]]) -> float:
    """Percent of a course: the mean of the parts that somebody has of each lab, by the labs' weights.

    Args:
        shares: results with their totals, `None` where nothing was handed in, and weights, not all 0.
    """
    shares = list(shares)
    parts = [_exact(weight) * _part(result) for result, weight in shares]
    return _rounded(100 * sum(parts, Fraction(0)) / _sum(weight for _, weight in shares))


def _part(result: Result | None) -> Fraction:
    return _exact(result.score) / _exact(result.max_score) if result and result.max_score else Fraction(0)


def _dropped(tasks: Sequence[TaskResult], drop: int) -> list[TaskResult]:
    """The tasks, `drop` of them at most, without which the share of the points is highest.

    Dinkelbach's method: those that lie furthest below a share are left out, which makes a higher share, and
    so on until none does; in fractions, so that it ends exactly there.
    """
    may_go = [task for task in tasks if task.status not in ("pending", "internal")]
    dropped: list[TaskResult] = []
    while True:
        kept = [task for task in tasks if task not in dropped]
        share = _share(kept)
        below = {task.id: _exact(task.score) - share * _exact(task.max_score) for task in may_go}
        worst = sorted((task for task in may_go if below[task.id] < 0), key=lambda task: below[task.id])
        better = worst[: min(drop, len(tasks) - 1)]
        if _share([task for task in tasks if task not in better]) <= share:
            return dropped
        dropped = better


def _share(tasks: Sequence[TaskResult]) -> Fraction:
    most = _sum(task.max_score for task in tasks)
    return _sum(task.score for task in tasks) / most if most else Fraction(0)


def _sum(values: Iterable[float]) -> Fraction:
    return sum(map(_exact, values), Fraction(0))


def _exact(value: float) -> Fraction:
    """What is written, 3.33 and not the binary number beside it."""
    return Fraction(repr(value))


def _rounded(value: Fraction) -> float:
    """Two decimals, a half up."""
    return math.floor(value * 100 + Fraction(1, 2)) / 100


def _told(late: Late, days: int, taken: float) -> str:
    free = f", {min(days, late.free_days)} of them free" if late.free_days else ""
    return f"Handed in {days} day{'s' if days > 1 else ''} late{free}: {taken:.6g} points are taken."
