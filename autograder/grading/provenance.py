"""`made/<student>.json`: how a result came about, beside the result itself. Trusted side.

Results hold no clock times and no paths, so that they are the same bytes everywhere; these do.
"""

import hashlib
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from autograder.course.whole import written_whole
from autograder.results.schema import Result
from autograder.submission.find import Found

_PACKAGES = ("few-label-labs", "torch", "torchvision", "numpy", "pytest", "safetensors")


def made_now() -> dict[str, str]:
    """The versions of what results depend on, as they are installed; a lab need not use all of it."""
    found = {}
    for name in _PACKAGES:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


class Made(BaseModel):
    """What one result was made with.

    Attributes:
        path: where the submission lay. attempt: which of several in it a rule chose.
        recording, judging: keys of the conditions under which it was recorded and judged (`conditions`).
        result: sha256 of the result's bytes, so that an edited one is not taken for ours.
        seconds: wall clock of the recording; `probes`: of each probe on each case.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    recording: str
    judging: str
    result: str
    seed: int
    command: str
    seconds: float
    probes: dict[str, float]
    versions: dict[str, str] = Field(default_factory=made_now)
    attempt: str = ""

    def found(self, student: str) -> Found:
        """What was handed in, to be read once more."""
        return Found(Path(self.path), student, self.attempt)


def read_made(out: Path, student: str) -> Made | None:
    """The note beside a result; `None` where there is none."""
    try:
        return Made.model_validate_json((out / "made" / f"{student}.json").read_bytes())
    except (OSError, ValidationError):
        return None


def write_made(made: Made, out: Path, student: str) -> None:
    """Write `out/made/<student>.json`, whole or not at all."""
    _write(out / "made" / f"{student}.json", made.model_dump_json(indent=1) + "\n")


def reusable_result(out: Path, student: str, keys: tuple[str, str]) -> Result | None:
    """The student's result as it lies there, if it was made under just these conditions."""
    made = read_made(out, student)
    if made is None or (made.recording, made.judging) != keys:
        return None
    try:
        data = (out / "results" / f"{student}.json").read_bytes()
        return Result.model_validate_json(data) if hashlib.sha256(data).hexdigest() == made.result else None
    except (OSError, ValidationError):
        return None


def write_result(result: Result, out: Path) -> None:
    """Write `out/results/<student>.json`, whole or not at all."""
    _write(out / "results" / f"{result.student}.json", result.to_json())


def digest_of(result: Result) -> str:
    """The sha256 of the result's bytes on disk."""
    return hashlib.sha256(result.to_json().encode()).hexdigest()


def _write(path: Path, text: str) -> None:
    with written_whole(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8")
