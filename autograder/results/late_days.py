"""Late days, and the rubric's rules about totals as they are kept: `rules.json` beside results. Trusted side.

The rubric says the rules (`[late]`, `drop`), the class list when each student handed in; `totals` counts.
"""

import math
import re
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from autograder.course.layout import CourseError
from autograder.course.rubric import Late, Rubric
from autograder.course.whole import written_whole
from autograder.results.class_list import Student

_DAY = timedelta(days=1)
_MOMENT = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[ T](?P<time>[0-9]{2}:[0-9]{2}(:[0-9]{2})?)([.][0-9]+)?"
    r" ?(?P<zone>Z|UTC|[+-][0-9]{2}:[0-9]{2})?"
)


class Rules(BaseModel):
    """The rules of one grading, as the rubric had them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    late: Late | None = None
    drop: int = 0


def days_late(late: Late, handed_in: datetime) -> int:
    """Days begun since the work was due; 0 in time."""
    return max(0, math.ceil((handed_in - late.due) / _DAY))


def late_for(late: Late | None, student: Student | None) -> Late | None:
    """The rule as it holds for one student, who may have more time than others."""
    if late and student and student.due:
        return late.model_copy(update={"due": max(late.due, student.due)})
    return late


def late_days_of(late: Late | None, student: Student | None) -> int:
    """Days begun since the work of this student was due; 0 in time, or where nobody says when it came."""
    rule = late_for(late, student)
    when = moment(student.handed_in) if student else None
    return days_late(rule, when) if rule and when else 0


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


def write_rules(rubric: Rubric, directory: Path) -> None:
    """Keep the rubric's rules beside the results."""
    rules = Rules(late=rubric.late, drop=rubric.drop)
    path = directory / "rules.json"
    if rules != Rules():
        with written_whole(path) as unfinished:
            unfinished.write_text(rules.model_dump_json(indent=1) + "\n", encoding="utf-8")
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
