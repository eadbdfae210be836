"""Noticing a submission that is random by itself. Trusted side."""

from dataclasses import replace

from autograder.fleet import Recorder
from autograder.sandbox import CellError, Job, Recording
from autograder.submission.chance import chance_in

_TOLD = "it draws random numbers that no seed reaches, and gives other answers when it runs again"


def record_and_mark(recorder: Recorder, job: Job) -> Recording:
    """The recording; of a submission that may be random by itself, marked as such where a second one differs.

    What is told names the first place that may be the cause.

    Raises:
        SandboxError: the box itself failed.
    """
    recording = recorder.record(job)
    place = chance_in(job.cells)
    if place is None or _frames(recording) == _frames(recorder.record(job)):
        return recording
    error = CellError(*place, type="random", message=_TOLD)
    return replace(recording, cell_errors=(*recording.cell_errors, error))


def _frames(recording: Recording) -> list[tuple[str, bytes]]:
    return [(answer.outcome, answer.frame) for answer in recording.answers]
