"""`results.json`, schema 1: what was found out about one submission. Trusted side, no clock times."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from autograder.course.rubric import Kind
from autograder.sandbox import Level

Status = Literal["passed", "partial", "failed", "error", "timeout", "not_implemented", "pending", "internal"]
TestStatus = Literal["passed", "failed", "error", "timeout", "not_implemented", "pending", "internal"]
Visibility = Literal["sample", "secret"]


class TestResult(BaseModel):
    """One grader on one case. For a secret case `message` tells no input, value or student's message."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    __test__ = False  # not a pytest class

    name: str
    case: str
    visibility: Visibility
    status: TestStatus
    message: str = ""
    hint: str = ""


class ItemResult(BaseModel):
    """One item of a written task's rubric, and whether a person gave its points."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    points: float
    given: bool


class RequestResult(BaseModel):
    """A student's request to look at the points again, and what was answered; nothing while it is open."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    answer: str = ""


class TaskResult(BaseModel):
    """One task. `misconception` is the name of the known wrong answer that the answers equal.

    Where that has no name, `difference` is a sentence on how the answers differ from the right ones.

    `items` and `comment` are a person's, of written tasks that were graded by hand.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: str
    kind: Kind
    status: Status
    score: float
    max_score: float
    bonus: bool = False
    tests: tuple[TestResult, ...] = ()
    misconception: str | None = None
    hint: str = ""  # of the misconception
    difference: str = ""
    why: str = ""  # there was nothing to look at
    outdated: bool = False  # a person's points, for another answer than the one handed in last
    items: tuple[ItemResult, ...] = ()
    comment: str = ""
    requests: tuple[RequestResult, ...] = Field(default=(), exclude=True)  # of the gradebook; in no file


class SubmissionInfo(BaseModel):
    """What was handed in: its name as a file or folder, and the hash of its content."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    sha256: str


class Environment(BaseModel):
    """What the grading ran on. `sandbox` is the level reached."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    python: str
    torch: str
    numpy: str
    platform: str
    sandbox: Level


class Result(BaseModel):
    """All of one submission; serialised as `results/<student>.json`."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    schema_: Literal[1] = Field(default=1, alias="schema")
    assignment: str
    assignment_version: str
    student: str
    submission: SubmissionInfo
    score: float
    max_score: float
    tasks: tuple[TaskResult, ...]
    environment: Environment
    problems: tuple[str, ...] = ()  # sentences about the submission: unreadable file, cells that raised
    name: str = Field(default="", exclude=True)  # for show, from the class list; in no file

    @property
    def shown(self) -> str:
        """What the student is called in reports."""
        return self.name or self.student

    @property
    def unreadable(self) -> bool:
        """Whether nothing of it could be read, so that nothing ran and nothing was judged."""
        code = [task for task in self.tasks if task.kind != "written"]
        return bool(self.problems and code) and all(t.status == "error" and not t.tests for t in code)

    def to_json(self) -> str:
        """Indented JSON with a final newline, the same bytes for the same result."""
        return self.model_dump_json(by_alias=True, indent=1) + "\n"
