"""Why a task was lost, in one sentence: a known mistake's name, else how the numbers differ. Trusted side."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from autograder.judging.comparisons import Estimate
from autograder.judging.differences import Asked, difference, sizes_of
from autograder.judging.expectations import Expectations
from autograder.judging.naming import View, named, remembered, viewed
from autograder.judging.session import Answers, Grader, Graders, Key, Verdict
from autograder.sandbox.answers import Value


@dataclass(frozen=True)
class Explanation:
    """What is told of a lost task. Nothing is told where all is empty.

    Attributes:
        name, hint: of a file in `wrong/`.
        difference: a sentence where no file fits.
        probes: those whose failing follows from a mistake that is told.
    """

    name: str = ""
    hint: str = ""
    difference: str = ""
    probes: frozenset[str] = field(default_factory=frozenset)


def explained(
    task_id: str,
    judged: Sequence[tuple[Grader, Verdict]],
    expected: Answers,
    graders: Graders,
    answers: Answers,
    expectations: Expectations,
) -> Explanation:
    """The one cause of what went wrong in a task: a mistake by name, else a sentence, else nothing.

    Args:
        judged: what the task's graders said. expected: the right answers that the submission is nearest to.
    """
    keys = list(dict.fromkeys(grader.key for grader, _ in judged))
    failing = list(dict.fromkeys(grader.key[0] for grader, verdict in judged if verdict.status != "passed"))
    view = remembered(viewed(graders.summaries(), graders.case))
    known, probes = named(task_id, keys, failing, answers, expectations, view)
    if known and known.name:
        return Explanation(known.name, known.hint, probes=probes)
    if known:
        return Explanation(difference=known.hint, probes=probes)
    # Where no grader compares, the reference's answer is one of many that are right, as of random draws.
    compared = [g.key[0] for g, verdict in judged if verdict.status != "passed" and g.compares]
    for right in (expected, *expectations.combinations):  # as good as the nearest, where all is lost
        for probe in dict.fromkeys(compared):
            cases = [key for key in keys if key[0] == probe]
            free = expectations.free.get(probe, frozenset())
            if told := _difference(cases, graders, answers, right, free, view):
                return Explanation(difference=told)  # how, not why: the graders' hints stay
    return Explanation()


def _difference(
    keys: Sequence[Key],
    graders: Graders,
    answers: Answers,
    expected: Answers,
    free: Collection[str],
    view: View,
) -> str:
    """What holds for a value of a probe in all its cases; of a loss before its gradient, of more numbers."""
    if not all(key in expected and expected[key].outcome == answers[key].outcome == "ok" for key in keys):
        return ""
    pairs = [(view(key, answers[key]), view(key, expected[key]), sizes_of(graders.case(key))) for key in keys]
    counts: dict[str, int] = {}
    for _, wanted, _ in pairs:
        counts |= {name: np.size(np.asarray(value)) for name, value in wanted.items() if name not in free}
    for name in sorted(counts, key=lambda name: (counts[name], name)):
        asked = [
            Asked(found, right, sizes)
            for mine, wanted, sizes in pairs
            for found, right in _numbers(mine.get(name), wanted.get(name))
        ]
        if len(asked) == len(pairs) and (told := difference(name, asked)):
            return told
    return ""


def _numbers(
    found: Value | Estimate, right: Value | Estimate
) -> Iterator[tuple["np.typing.NDArray[np.float64]", "np.typing.NDArray[np.float64]"]]:
    if isinstance(found, str | None | Estimate) or isinstance(right, str | None | Estimate):
        return
    yield np.asarray(found, dtype=np.float64), np.asarray(right, dtype=np.float64)
