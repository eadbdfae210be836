"""What the lab's own submissions and mutants answer, kept for whoever asks next. Trusted side."""

import hashlib
import time
from collections.abc import Collection
from dataclasses import replace

from autograder.fleet import Recorder
from autograder.grading.authors_mistakes import python_source
from autograder.grading.cache_keys import recording_conditions, recording_key
from autograder.grading.slices import program, sliced, vocabulary, words_in_case, words_of
from autograder.judging.session import Key
from autograder.lab.lab import Lab
from autograder.results.schema import Environment
from autograder.sandbox import Call, Recording
from autograder.sandbox.store import load, save
from autograder.submission import Submission
from data_utils.places import cache_dir

_KEPT_DAYS = 7


class Recordings:
    """Recordings of one lab under one set of conditions; what no proof has used for days goes.

    The reference is recorded whole. Others are asked what they can answer otherwise: the rest is the
    reference's.

    Raises:
        AuthoringError: a probe or helper is no Python; names file and line.
    """

    def __init__(self, lab: Lab, recorder: Recorder, environment: Environment, reference: Submission) -> None:
        self._lab, self._recorder = lab, recorder
        self._conditions = recording_conditions(lab, environment)
        self._folder = cache_dir() / "recordings" / lab.assignment.name
        self._folder.mkdir(parents=True, exist_ok=True)
        oldest = time.time() - _KEPT_DAYS * 24 * 3600
        for path in self._folder.glob("*.zip"):
            if path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)
        sources = map(python_source, lab.assignment.public_modules())
        words = vocabulary(sources)
        said = {
            probe: frozenset().union(*(words_in_case(c.data) for c in lab.calls if c.probe == probe))
            for probe in {call.probe for call in lab.calls}
        }
        self._words = {probe: words_of(probe, words, more) for probe, more in said.items()}
        self._files, self._slices = reference.files, self._sliced(reference)
        self.reference = self._asked(reference, lab.calls)

    def record(self, submission: Submission, keys: Collection[Key] | None = None) -> Recording:
        """What a submission answers, to the calls in `keys` or to all; called from several threads.

        Raises:
            SandboxError: the box itself failed.
        """
        calls = tuple(c for c in self._lab.calls if keys is None or (c.probe, c.case) in keys)
        same = self._same_as_reference(submission)
        recording = self._asked(submission, tuple(call for call in calls if call.probe not in same))
        if len(recording.cell_errors) != len(self.reference.cell_errors):
            recording = self._asked(submission, calls)  # what stopped a cell is beyond names
        answers = {(a.probe, a.case): a for a in (*self.reference.answers, *recording.answers)}
        return replace(recording, answers=tuple(answers[call.probe, call.case] for call in calls))

    def _same_as_reference(self, submission: Submission) -> frozenset[str]:
        """The probes that cannot reach what sets a submission apart."""
        slices = self._sliced(submission)
        if submission.files != self._files or slices is None or self._slices is None:
            return frozenset()
        answered = {answer.probe for answer in self.reference.answers}
        unanswered = {answer.probe for answer in self.reference.answers if answer.outcome != "recorded"}
        return frozenset(probe for probe in answered - unanswered if slices[probe] == self._slices[probe])

    def _sliced(self, submission: Submission) -> dict[str, tuple[str, ...]] | None:
        statements = program(submission.cells)
        if statements is None:
            return None
        return {probe: sliced(statements, words) for probe, words in self._words.items()}

    def _asked(self, submission: Submission, calls: tuple[Call, ...]) -> Recording:
        """Its answers to these calls: kept ones, else recorded now."""
        name = recording_key(self._conditions, submission)
        if len(calls) < len(self._lab.calls):
            keys = sorted((call.probe, call.case) for call in calls)
            name += f"-{hashlib.sha256(str(keys).encode()).hexdigest()[:16]}"
        path = self._folder / f"{name}.zip"
        try:
            recording = load(path)[0][self._lab.assignment.name]
        except ValueError:
            recording = self._recorder.record(replace(self._lab, calls=calls).job(submission))
            if not recording.busy:  # what a busy machine starved is asked again, and not taken for an answer
                save(path, {self._lab.assignment.name: recording})
        else:
            path.touch()
        return recording
