"""What lateness and dropped tasks do to a score, after everybody's points are known. Trusted side.

The rubric says it (`[late]`, `drop`), a roster knows when each student handed in; `rules.json` beside the
results keeps both, so that all that is made of results counts alike.
"""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from autograder.course.layout import CourseError
from autograder.course.rubric import Late, Rubric
from autograder.results.schema import Result, TaskResult

_DAY = timedelta(days=1)
_MOMENT = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[ T](?P<time>[0-9]{2}:[0-9]{2}(:[0-9]{2})?)([.][0-9]+)?"
    r" ?(?P<zone>Z|UTC|[+-][0-9]{2}:[0-9]{2})?"
)


class Rules(BaseModel):
    """The rules of one grading; `handed_in` by student, as far as it is known."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    late: Late | None = None
    drop: int = 0
    handed_in: dict[str, AwareDatetime] = {}

    def applied(self, result: Result) -> Result:
        """The result with its score by these rules, and a sentence for each that changed something."""
        dropped = _dropped(result.tasks, self.drop)
        said = [f"{task.id} does not count: the rubric drops the tasks that cost most." for task in dropped]
        score = sum(task.score for task in result.tasks if task not in dropped)
        most = result.max_score - sum(task.max_score for task in dropped)
        if self.late and (when := self.handed_in.get(result.student)):
            days = days_late(self.late, when)
            taken = score * part_taken(self.late, days)
            score -= taken
            if days:
                said.append(_late(self.late, days, taken))
        if not said:
            return result
        update = {"score": round(score, 2), "max_score": round(most, 2)}
        return result.model_copy(update=update | {"problems": (*result.problems, *said)})


def days_late(late: Late, handed_in: datetime) -> int:
    """Days begun since the work was due; 0 in time."""
    return max(0, math.ceil((handed_in - late.due) / _DAY))


def part_taken(late: Late, days: int) -> float:
    """The part of the score that so many late days take."""
    return min(late.most, late.per_day * max(0, days - late.free_days))


def read_rules(directory: Path) -> Rules:
    """The rules beside results; none where there is no file.

    Raises:
        CourseError: the file is no rules.
    """
    path = directory / "rules.json"
    if not path.exists():
        return Rules()
    try:
        return Rules.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise CourseError(f"{path} holds no rules: {error.errors()[0]['msg']}.") from error


def write_rules(rubric: Rubric, directory: Path, handed_in: Mapping[str, datetime] | None = None) -> None:
    """Keep the rubric's rules beside the results, with dates that are known now or were before."""
    dates = read_rules(directory).handed_in | dict(handed_in or {})
    rules = Rules(late=rubric.late, drop=rubric.drop, handed_in=dict(sorted(dates.items())))
    path = directory / "rules.json"
    if rules != Rules():
        path.write_text(rules.model_dump_json(indent=1) + "\n", encoding="utf-8")
    else:
        path.unlink(missing_ok=True)


def moment(text: str) -> datetime | None:
    """A platform's date and time; UTC where it names no zone, `None` where it is none."""
    found = _MOMENT.fullmatch(text.strip())
    if not found:
        return None
    zone = found["zone"] if found["zone"] not in (None, "Z", "UTC") else "+00:00"
    try:
        return datetime.fromisoformat(f"{found['day']}T{found['time']}{zone}")
    except ValueError:  # the 31st of February
        return None


def _dropped(tasks: Sequence[TaskResult], number: int) -> list[TaskResult]:
    """The tasks that cost most points; neither a bonus nor what nobody has graded yet."""
    lost = [task for task in tasks if not task.bonus and task.status not in ("pending", "internal")]
    lost = [task for task in lost if task.score < task.max_score]
    return sorted(lost, key=lambda task: task.score - task.max_score)[:number]


def _late(late: Late, days: int, taken: float) -> str:
    free = f", {min(days, late.free_days)} of them free" if late.free_days else ""
    return f"Handed in {days} day{'s' if days > 1 else ''} late{free}: {taken:.4g} points are taken."
