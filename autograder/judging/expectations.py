"""What answers are compared with: the reference's, by axes, and the known wrong ones. Trusted side."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from autograder.course.rubric import Limits
from autograder.judging.session import Answers, Key
from autograder.judging.sketches import Kept
from autograder.sandbox import CellError, Recording
from autograder.sandbox.answers import Answer, StudentError, decode

MISSING = "` is not defined"  # how the runner ends what it says about a name
MISTAKES = ("wrong/", "change/")  # how recordings of mistakes are named; others are right
FORM = "form/"  # how those of right ones are named of which only what is compared is kept, as of mistakes
AND = "+"  # between the names of two mistakes at once
_NO_PYTHON = ("SyntaxError", "IndentationError", "TabError")


@dataclass(frozen=True)
class KnownWrong:
    """A mistake that somebody may make, and what it answers.

    Attributes:
        name: of the file in `wrong/`, or of two; empty for a change that nobody wrote down, whose `hint` is
            a sentence.
        answers: where they differ from what is right.
        right: what the same work answers without the mistake; elsewhere the mistake answers that.
    """

    name: str
    hint: str
    loses: frozenset[str]
    answers: Answers
    right: Answers = field(default_factory=dict)


@dataclass(frozen=True)
class Expectations:
    """Expected answers for every combination of the rubric's axes, the reference's own first.

    Attributes:
        wrong: the bank's mistakes, each in every form that legitimate work may have.
        noise: by probe and value, how much right answers differ by rounding alone, as a part of the largest.
        free: by probe, the values that right answers may choose.
    """

    combinations: tuple[Answers, ...]
    wrong: tuple[KnownWrong, ...] = ()
    noise: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    free: Mapping[str, frozenset[str]] = field(default_factory=dict)


class Undecoded(Mapping[Key, Answer]):
    """What is kept of a recording's answers, each validated when first looked at: most never are."""

    def __init__(self, recording: Recording, limits: Limits) -> None:
        self._raw = {(raw.probe, raw.case): raw for raw in recording.answers}
        self._limits = limits
        self._read: dict[Key, Answer] = {}

    def __getitem__(self, key: Key) -> Answer:
        if key not in self._read:
            answer = decode(self._raw[key], self._limits)
            self._read[key] = Kept(answer.outcome, answer.values, answer.error)
        return self._read[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)


def answers_of(recording: Recording, limits: Limits) -> dict[Key, Answer]:
    """The recording's answers, validated, by probe and case.

    A name that is missing while a cell could not even be read is work that was done: its answer is that
    cell's error, which says where.
    """
    unread = next((e for e in recording.cell_errors if e.type in _NO_PYTHON), None)
    answers = {(raw.probe, raw.case): decode(raw, limits) for raw in recording.answers}
    if unread is None:
        return answers
    return {key: _explained(answer, unread) for key, answer in answers.items()}


def _explained(answer: Answer, unread: CellError) -> Answer:
    error = answer.error
    if answer.outcome != "not_implemented" or error is None or not error.message.endswith(MISSING):
        return answer
    told = f"{unread.message}; so this cell did not run, and {error.message}"
    return replace(answer, outcome="error", error=StudentError(unread.type, told, unread.label, unread.line))


def expectations_of(
    recordings: Mapping[str, Recording], about: Mapping[str, Any], limits: Limits
) -> Expectations:
    """Expectations from recordings named `reference`, `accepted/...`, `form/...`, `wrong/...`, `change/...`.

    The reference and the accepted ones are the combinations. `about` gives each mistake its `hint`, its
    `loses` and the `form` it was made in, and tells `noise` and `free`.
    """
    right: dict[str, Answers] = {
        name: Undecoded(recording, limits) if name.startswith(FORM) else answers_of(recording, limits)
        for name, recording in recordings.items()
        if not name.startswith(MISTAKES)
    }
    wrong = [
        KnownWrong(
            name.removeprefix("wrong/").partition("@")[0] if name.startswith("wrong/") else "",
            about[name]["hint"],
            frozenset(about[name]["loses"]),
            Undecoded(recording, limits),
            {**right["reference"], **right[about[name].get("form", "reference")]},
        )
        for name, recording in recordings.items()
        if name.startswith(MISTAKES)
    ]
    combinations = [answers for name, answers in right.items() if not name.startswith(FORM)]
    free = {probe: frozenset(names) for probe, names in about.get("free", {}).items()}
    return Expectations(tuple(combinations), tuple(wrong), about.get("noise", {}), free)
