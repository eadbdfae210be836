"""What the lab's own submissions and mutants answer, kept for whoever asks next. Trusted side."""

import hashlib
import time
from collections.abc import Collection
from dataclasses import replace

from autograder.fleet import Recorder
from autograder.grading.cache_keys import recording_conditions, recording_key
from autograder.judging.session import Key
from autograder.lab.lab import Lab
from autograder.results.schema import Environment
from autograder.sandbox import Call, Recording
from autograder.sandbox.store import load, save
from autograder.submission import Submission
from data_utils.places import cache_dir

_KEPT_DAYS = 7


class Recordings:
    """Recordings of one lab under one set of conditions; what no proof has used for days goes."""

    def __init__(self, lab: Lab, recorder: Recorder, environment: Environment) -> None:
        self._lab, self._recorder = lab, recorder
        self._conditions = recording_conditions(lab, environment)
        self._folder = cache_dir() / "recordings" / lab.assignment.name
        self._folder.mkdir(parents=True, exist_ok=True)
        oldest = time.time() - _KEPT_DAYS * 24 * 3600
        for path in self._folder.glob("*.zip"):
            if path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)

    def record(self, submission: Submission, keys: Collection[Key] | None = None) -> Recording:
        """What a submission answers, to the calls in `keys` or to all; called from several threads.

        Raises:
            SandboxError: the box itself failed.
        """
        whole = recording_key(self._conditions, submission)
        if keys is None:
            return self._kept(whole) or self._recorded(whole, submission, self._lab.calls)
        part = f"{whole}-{hashlib.sha256(str(sorted(keys)).encode()).hexdigest()[:16]}"
        calls = tuple(call for call in self._lab.calls if (call.probe, call.case) in keys)
        return self._kept(whole) or self._kept(part) or self._recorded(part, submission, calls)

    def _kept(self, name: str) -> Recording | None:
        path = self._folder / f"{name}.zip"
        try:
            recording = load(path)[0][self._lab.assignment.name]
        except ValueError:
            return None
        path.touch()
        return recording

    def _recorded(self, name: str, submission: Submission, calls: tuple[Call, ...]) -> Recording:
        recording = self._recorder.record(replace(self._lab, calls=calls).job(submission))
        if (
            not recording.busy
        ):  # what a busy machine starved is asked again, and not for days taken for an answer
            save(self._folder / f"{name}.zip", {self._lab.assignment.name: recording})
        return recording
