"""The rubric of a lab: its tasks, points, axes and limits, read from TOML. Trusted side."""

import itertools
import re
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from autograder.course.layout import CourseError

Kind = Literal["code", "weights", "written"]
TaskId = Annotated[str, Field(pattern=r"^\d+(\.\d+)?[a-z]?$")]


class Task(BaseModel):
    """One gradable item. A bonus task's points come on top of the lab's maximum."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    kind: Kind
    points: float = Field(gt=0)
    bonus: bool = False
    difficulty: Literal["easy", "medium", "hard"] = "medium"
    minutes: int = Field(default=10, gt=0)


class Limits(BaseModel):
    """What one submission may use; above it the box is stopped."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cells_seconds: float = 60  # of its own, computing or waiting, for all cells together
    cell_seconds: float = 20  # the same for one statement of a cell
    probe_seconds: float = 10  # the same for one probe on one case
    memory_mb: int = 2048  # above what the warm server holds
    scratch_mb: int = 64
    output_kb: int = 64  # stdout and stderr kept
    answer_mb: int = 4  # one answer


class Late(BaseModel):
    """What handing in late costs. The parts are of the points that somebody has.

    Attributes:
        due: with its offset from UTC, as TOML writes it: `2026-10-01T23:59:00+02:00`.
        free_days: late days that cost nothing.
        per_day: the part that each further day begun takes; `most`: what lateness takes at most.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    due: AwareDatetime
    free_days: int = Field(default=0, ge=0)
    per_day: float = Field(default=0.1, ge=0, le=1)
    most: float = Field(default=1.0, ge=0, le=1)


class Rubric(BaseModel):
    """A lab's tasks by id, in the order of the notebook."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    version: str = "1"
    tasks: dict[TaskId, Task]
    axes: dict[str, tuple[str, ...]] = {}
    limits: Limits = Limits()
    settings: dict[str, float] = {}  # thresholds that graders read
    tell_mutants: bool = False  # name answers by what mutants answer, too: recorded once, which takes minutes
    late: Late | None = None
    packages: tuple[str, ...] = ()  # that this lab's code imports beside torch and NumPy, as pip names them
    attempts: Literal["last", "best"] = "last"  # which one counts where several were handed in
    drop: int = Field(default=0, ge=0)  # so many tasks, those that cost most, do not count

    def has_code(self) -> bool:
        """Whether anything is to be checked; a reading lab has only answers that a person reads."""
        return any(task.kind != "written" for task in self.tasks.values())

    def lacking(self) -> list[str]:
        """Those of its packages that are not installed here."""
        return [package for package in self.packages if not _installed(re.split(r"[^\w.-]", package)[0])]

    def combinations(self) -> list[dict[str, str]]:
        """Every choice of one value per axis; the first is the reference's own, the axes' first values."""
        choices = itertools.product(*self.axes.values())
        return [dict(zip(self.axes, values, strict=True)) for values in choices]


def _installed(name: str) -> bool:
    try:
        version(name)
    except PackageNotFoundError:
        return False
    return True


def read_rubric(path: Path) -> Rubric:
    """The rubric in a TOML file.

    Raises:
        CourseError: the file is missing, no TOML, or not a rubric; says where and why.
    """
    try:
        return Rubric.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}.") from error
    except tomllib.TOMLDecodeError as error:
        raise CourseError(f"{path} is not TOML: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise CourseError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}.") from error
