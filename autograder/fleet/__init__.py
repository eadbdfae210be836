"""Where gradings run: this machine's fork server, or a cluster of such. Trusted side."""

from types import TracebackType
from typing import Protocol, Self

from autograder.sandbox import Job, Level, Recording


class Recorder(Protocol):
    """Runs jobs confined, several at once, each in a box of its own."""

    @property
    def level(self) -> Level:
        """The confinement that boxes reach."""

    @property
    def places(self) -> int:
        """How many jobs it runs at a time."""

    def record(self, job: Job) -> Recording:
        """What came out of one box; called from several threads.

        Raises:
            SandboxError: the box itself failed; nothing is known about the submission.
        """


class Fleet(Recorder, Protocol):
    """A recorder that is opened and closed."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
