"""Running a submission confined, and bringing out what it computed, never what it claims about itself.

This module holds what crosses the boundary: the `Job` that goes in and the `Recording` that comes out.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from autograder.course.rubric import Limits
from autograder.submission import Cell

Level = Literal["full", "landlock", "setuid", "process"]
Outcome = Literal["recorded", "timeout", "died", "memory", "too_large"]


@dataclass(frozen=True)
class Call:
    """One probe on one case. `data` is the case's JSON text; it holds inputs only.

    `seed` is what a box is given in place of a secret case's name.
    """

    probe: str
    case: str  # "sample/three_classes"
    data: str
    seed: int | None = None

    def seeded(self, seed: int) -> int:
        """What random numbers of this call begin with, in a job of this seed."""
        if self.seed is not None:
            return self.seed
        digest = hashlib.sha256(f"{seed}/{self.probe}/{self.case}".encode()).digest()
        return int.from_bytes(digest[:4], "little")

    @property
    def group(self) -> tuple[str, str]:
        """Calls of one group are answered by one fork: the same probe, on cases of the same folder.

        What a fork has read its errors can tell, and a student reads those of sample cases: so that fork
        never holds a secret one.
        """
        return self.probe, self.case.rpartition("/")[0]

    @property
    def secret(self) -> bool:
        """Secret cases are asked after all others: a fork can leave what it has read to the next one."""
        return self.case.startswith("secret/")


@dataclass(frozen=True)
class Job:
    """Everything the box of one submission is given."""

    cells: tuple[Cell, ...]
    calls: tuple[Call, ...]
    public_dir: Path  # readable inside, on sys.path, holds probes.py or probes/
    files: Mapping[str, bytes] = field(default_factory=dict)  # written into the scratch working folder
    seed: int = 0
    limits: Limits = field(default_factory=Limits)

    def without_names(self) -> "Job":
        """The job with numbers for secret cases, whose names say what they ask: a cell can find them in the
        memory of its box, and raise them.
        """
        return replace(
            self,
            calls=tuple(
                replace(call, case=f"{call.group[1]}/{number}", seed=call.seeded(self.seed))
                if call.secret
                else call
                for number, call in enumerate(self.calls)
            ),
        )


@dataclass(frozen=True)
class RawAnswer:
    """What came of one call, labelled by the watcher that asked. `frame` is untrusted: see `answers`."""

    probe: str
    case: str
    outcome: Outcome
    frame: bytes = b""
    seconds: float = 0.0  # of its own: see `clock`


@dataclass(frozen=True)
class CellError:
    """A statement of a cell that raised, hung, ended the process or is random. Untrusted text, cut to size.

    `line` is 1-based within the cell; `type` is a built-in or torch exception name, `timeout`, `died` or
    `random`.
    """

    label: str
    line: int
    type: str
    message: str


@dataclass(frozen=True)
class Recording:
    """All that came out of one box."""

    level: Level
    answers: tuple[RawAnswer, ...]
    cell_errors: tuple[CellError, ...] = ()
    output: str = ""  # stdout and stderr, cut
    busy: bool = False  # time on the wall ran out somewhere, while little of its own was used
    alone: bool = False  # recorded a second time, with no other box beside it, since `busy` was so at first


class SandboxError(Exception):
    """The box itself failed: our fault, never the student's. Results become `internal`."""


class RecorderLost(SandboxError):
    """No box can be had any more. The grading stops, loudly; what is on disk stays, and it can be resumed."""
