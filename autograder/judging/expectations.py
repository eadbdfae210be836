"""What answers are compared with: the reference's, by axes, and the known wrong ones. Trusted side."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from autograder.course.rubric import Limits
from autograder.judging.session import Answers, Key
from autograder.sandbox import CellError, Recording
from autograder.sandbox.answers import Answer, StudentError, decode

MISSING = "` is not defined"  # how the runner ends what it says about a name
_NO_PYTHON = ("SyntaxError", "IndentationError", "TabError")


@dataclass(frozen=True)
class KnownWrong:
    """A wrong answer of the bank: what it is called, what one tells its author, and what it answers."""

    name: str
    hint: str
    loses: frozenset[str]
    answers: Answers


@dataclass(frozen=True)
class Expectations:
    """Expected answers for every combination of the rubric's axes, the reference's own first."""

    combinations: tuple[Answers, ...]
    wrong: tuple[KnownWrong, ...] = ()


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
    recordings: Mapping[str, Recording], about: Mapping[str, Mapping[str, object]], limits: Limits
) -> Expectations:
    """Expectations from recordings named `reference`, `accepted/...` (combinations) and `wrong/...`.

    `about` gives each wrong answer its `hint` and `loses`.
    """
    combinations = [answers_of(r, limits) for name, r in recordings.items() if not name.startswith("wrong/")]
    wrong = [
        KnownWrong(
            name.removeprefix("wrong/"),
            str(about[name]["hint"]),
            frozenset(about[name]["loses"]),  # type: ignore[call-overload]
            answers_of(recording, limits),
        )
        for name, recording in recordings.items()
        if name.startswith("wrong/")
    ]
    return Expectations(tuple(combinations), tuple(wrong))
