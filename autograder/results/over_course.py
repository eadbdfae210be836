"""All labs of a course as one: weights, and late days that are free over the course. Trusted side, pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from autograder.course.layout import CourseError
from autograder.course.rubric import Rubric
from autograder.course.settings import Settings
from autograder.results.class_list import Student
from autograder.results.late_days import Rules, late_days_of
from autograder.results.schema import Result
from autograder.results.totals import weighted, with_total


class CourseRules(BaseModel):
    """`course.toml` beside `assignments/`.

    Attributes:
        weights: of labs by name; the others weigh 1.
        free_days: late days that cost nothing, over all labs together, in place of each lab's own.
        web: where the course lies, for its notebooks.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = "The course"
    weights: dict[str, float] = Field(default={})
    free_days: int | None = Field(default=None, ge=0)
    web: Settings = Settings()

    def weight(self, lab: str) -> float:
        """How much a lab counts beside others."""
        return self.weights.get(lab, 1.0)


@dataclass(frozen=True)
class GradedLab:
    """One lab as it was graded.

    Attributes:
        results: with what people gave, and without totals. students: who is in, where that is known.
        folder: what `grade --out` wrote.
    """

    name: str
    rubric: Rubric
    rules: Rules
    results: Sequence[Result]
    students: Sequence[Student]
    folder: Path


@dataclass(frozen=True)
class OfOne:
    """What one student has in one lab; no `result` where nothing was handed in."""

    lab: GradedLab
    result: Result | None
    late_days: int = 0
    free_days: int = 0


@dataclass(frozen=True)
class Standing:
    """A student over all labs. `percent` is the weighted mean of the parts that they have of each lab."""

    student: str
    name: str
    labs: tuple[OfOne, ...]
    percent: float

    @property
    def late_days(self) -> int:
        return sum(one.late_days for one in self.labs)

    @property
    def free_days(self) -> int:
        return sum(one.free_days for one in self.labs)


def standings(labs: Sequence[GradedLab], rules: CourseRules, names: Mapping[str, str]) -> list[Standing]:
    """Every student of any of the labs, by key.

    What was not handed in counts nothing. Free late days are used up in the order in which the labs were due.

    Args:
        names: how students are shown, by key.

    Raises:
        CourseError: a lab comes twice, or no lab here has a weight.
    """
    known = [lab.name for lab in labs]
    if twice := [name for name in known if known.count(name) > 1]:
        raise CourseError(f"Two of the folders hold results of {twice[0]}: name one of them.")
    if not sum(rules.weight(name) for name in known):
        raise CourseError("No lab here has a weight: nothing can be made of them.")
    everybody = {result.student for lab in labs for result in lab.results}
    everybody |= {one.student for lab in labs for one in lab.students if not one.left}
    return [_standing(student, labs, rules, names) for student in sorted(everybody)]


def _standing(
    student: str, labs: Sequence[GradedLab], rules: CourseRules, names: Mapping[str, str]
) -> Standing:
    left, found = rules.free_days, {}
    for lab in sorted(labs, key=lambda lab: (lab.rules.late is None, lab.rules.late and lab.rules.late.due)):
        found[lab.name] = _of_one(student, lab, left)
        left = None if left is None else left - found[lab.name].free_days
    shares = [(one.result, rules.weight(name)) for name, one in found.items()]
    ordered = tuple(found[lab.name] for lab in labs)
    return Standing(student, names.get(student, student), ordered, weighted(shares))


def _of_one(student: str, lab: GradedLab, left: int | None) -> OfOne:
    result = next((one for one in lab.results if one.student == student), None)
    who = next((one for one in lab.students if one.student == student), None)
    if result is None:
        return OfOne(lab, None)
    late = lab.rules.late
    if late is None:
        return OfOne(lab, with_total(result, lab.rules, who))
    late = late if left is None else late.model_copy(update={"free_days": left})
    days = late_days_of(late, who)
    rules = lab.rules.model_copy(update={"late": late})
    return OfOne(lab, with_total(result, rules, who), days, min(days, late.free_days))
