"""Which known mistake an answer is. Trusted side, pure but for a lab's own summaries.

Compared a probe at a time, since somebody may make one mistake here and another one there. An answer is a
mistake's where all its cases are: but for rounding, and but for what right answers may choose. Answers that
say nothing, the same number everywhere, are nobody's.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograder.judging.comparisons import Estimate, Mismatch, Observed, same_value
from autograder.judging.expectations import AND, Expectations, KnownWrong
from autograder.judging.session import Answers, Key
from autograder.judging.sketches import Kept, sketched, unpacked
from autograder.sandbox.answers import Answer, Value

# What rounding alone can do to a value, as a part of the largest. Slopes by finite differences in single
# precision, the noisiest values there are, differ by 1.5e-4 between right answers.
NOISE = 1e-3

_ROUNDING = 1e-5  # of the right value: a hundred times what one operation in single precision does

View = Callable[[Key, Answer], Mapping[str, Value | Estimate]]


def values_of(key: Key, answer: Answer) -> Mapping[str, Value | Estimate]:
    """What is compared of an answer where the lab does not say it: all its values, of large ones a sketch."""
    return unpacked(answer) if isinstance(answer, Kept) else sketched(answer.values)


def viewed(
    summaries: Mapping[str, Callable[[Observed, Any], Mapping[str, Any]]], case_of: Callable[[Key], Any]
) -> View:
    """The lab's own summaries of answers, by probe; where it has none, `values_of`."""

    def view(key: Key, answer: Answer) -> Mapping[str, Value | Estimate]:
        if key[0] not in summaries or isinstance(answer, Kept):
            return values_of(key, answer)
        try:
            return summaries[key[0]](Observed(answer, None), case_of(key))
        except Mismatch as wrong:  # a shape, say, of which there is nothing to summarise
            return {"fault": wrong.message}

    return view


def remembered(view: View) -> View:
    """The same view, which looks at each answer once; it keeps all that it has seen."""
    seen: dict[tuple[Key, int], tuple[Answer, Mapping[str, Value | Estimate]]] = {}

    def again(key: Key, answer: Answer) -> Mapping[str, Value | Estimate]:
        if (key, id(answer)) not in seen:
            seen[key, id(answer)] = answer, view(key, answer)
        return seen[key, id(answer)][1]

    return again


def same_answers(key: Key, one: Answer, other: Answer, noise: Mapping[str, float], view: View) -> bool:
    """Whether two answers to a case say the same, but for noise: of each value a part of the largest."""
    if one.outcome != other.outcome:
        return False
    found, wanted = view(key, one), view(key, other)
    return found.keys() == wanted.keys() and all(
        _equal(value, wanted[name], noise.get(name, 0)) for name, value in found.items()
    )


@dataclass(frozen=True)
class _Look:
    """A submission's answers beside known ones.

    Attributes:
        coarse: what rounding may do to a value beyond its noise, as a part of the largest.
    """

    answers: Answers
    expectations: Expectations
    view: View
    coarse: float = 0

    def noise(self, probe: str, name: str) -> float:
        """What right answers differ in by rounding alone, as a part of the largest."""
        return self.expectations.noise.get(probe, {}).get(name, 0)

    def equal(self, probe: str, name: str, found: Value | Estimate, wanted: Value | Estimate) -> bool:
        """Whether a value of the submission is a known one but for rounding."""
        return _equal(found, wanted, self.noise(probe, name) + self.coarse)


def named(
    task_id: str,
    keys: Sequence[Key],
    failing: Iterable[str],
    answers: Answers,
    expectations: Expectations,
    view: View = values_of,
) -> tuple[KnownWrong | None, frozenset[str]]:
    """The mistake that explains most of the failing probes of a task, and which probes it explains.

    Of several, that of a file in `wrong/` before one that nobody wrote down, and two at once last; then the
    one that is there in most of what it spoils, of any task; then the one that agrees in most of what right
    answers may choose.

    Where none fits, right work may be written so that it rounds otherwise where a mistake leads it: then a
    file of `wrong/` is told that fits within all that rounding can do, if it is the only one, and what is
    right does not fit as well.
    """
    cases = {probe: [key for key in keys if key[0] == probe] for probe in frozenset(failing)}
    known = [each for each in expectations.wrong if task_id in each.loses]
    look = _Look(answers, expectations, view)
    coarse = replace(look, coarse=2 * NOISE)
    near = _fitting(known, cases, coarse)
    if found := _fitting([each for each, _ in near], cases, look):
        return max(found, key=lambda fit: _rank(fit[0], fit[1], cases, look))
    files = [fit for fit in near if _plainness(fit[0]) == 2 and not _innocent(fit[0], cases, coarse)]
    if len({each.name for each, _ in files}) == 1:
        return max(files, key=lambda fit: len(fit[1]))
    return None, frozenset()


def _fitting(
    known: Iterable[KnownWrong], cases: Mapping[str, Sequence[Key]], look: _Look
) -> list[tuple[KnownWrong, frozenset[str]]]:
    """The mistakes that explain failing probes, each with these."""
    found = []
    for each in known:
        probes = frozenset(probe for probe in cases if _explains(each, cases[probe], look))
        spoils = {probe for probe in cases if any(key in each.answers for key in cases[probe])}
        # Where much comes to nothing, that alone is no sign of this mistake.
        if probes and not (spoils - probes and all(_only_zeros(each, cases[p], look) for p in probes)):
            found.append((each, probes))
    return found


def _rank(
    known: KnownWrong, probes: frozenset[str], cases: Mapping[str, Sequence[Key]], look: _Look
) -> tuple[float, ...]:
    spoilt: dict[str, list[Key]] = {}
    for key in known.answers:
        if key in look.answers:
            spoilt.setdefault(key[0], []).append(key)
    there = sum(_alike(known, keys, look) for keys in spoilt.values())
    agreeing = sum(_agreeing(known, key, look) for probe in probes for key in cases[probe])
    return len(probes), _plainness(known), there / len(spoilt), there, agreeing


def _plainness(known: KnownWrong) -> int:
    return 0 if AND in known.name else 2 if known.name else 1


def informative(keys: Sequence[Key], answers: Answers, view: View = values_of) -> bool:
    """Whether answers to a probe say more than one number over and over; an error says what failed."""
    numbers: list[Any] = []
    for key in keys:
        if answers[key].outcome != "ok":
            return answers[key].outcome == "error"
        for value in view(key, answers[key]).values():
            if isinstance(value, Estimate):
                return True
            if value is not None and not isinstance(value, str):
                numbers.append(np.ravel(np.asarray(value, dtype=np.float64)))
    together = np.concatenate(numbers) if numbers else np.zeros(0)
    return together.size > 1 and bool((together != together[0]).any())


def _explains(known: KnownWrong, keys: Sequence[Key], look: _Look) -> bool:
    """Whether the mistake spoils some of these cases, and answers all of them in this way."""
    return (
        any(key in known.answers for key in keys)
        and _alike(known, keys, look)
        and informative(keys, look.answers, look.view)
    )


def _only_zeros(known: KnownWrong, keys: Sequence[Key], look: _Look) -> bool:
    """Whether all that is in these answers and in no right one is nothing, but for rounding."""
    made = []
    for key in (key for key in keys if key in known.answers and key in known.right):
        every = (known.right, *look.expectations.combinations)
        rights = [look.view(key, right[key]) for right in every if key in right]
        for name, value in look.view(key, known.answers[key]).items():
            if value is not None and not any(_equal(value, right.get(name), 0) for right in rights):
                made.append((value, rights[0].get(name)))
    return bool(made) and all(_is_nothing(value, right) for value, right in made)


def _is_nothing(value: Value | Estimate, right: Value | Estimate | None) -> bool:
    if right is None or any(isinstance(one, str | Estimate) for one in (value, right)):
        return False
    return bool(
        np.abs(np.asarray(value)).max(initial=0) <= _ROUNDING * np.abs(np.asarray(right)).max(initial=0)
    )


def _alike(known: KnownWrong, keys: Sequence[Key], look: _Look) -> bool:
    return all(key in look.answers and _same(known, key, look) for key in keys)


def _same(known: KnownWrong, key: Key, look: _Look) -> bool:
    answer, right = look.answers[key], known.right.get(key)
    wrong = known.answers.get(key, right)
    if wrong is None or wrong.outcome != answer.outcome:
        return False
    if wrong.outcome != "ok":
        return wrong.error is not None and _told(wrong) == _told(answer)
    free = look.expectations.free.get(key[0], frozenset())
    found, wanted = look.view(key, answer), look.view(key, wrong)
    kept = look.view(key, right) if right is not None and right.outcome == "ok" else {}

    def touched(name: str) -> bool:
        return name in wanted and not _equal(wanted[name], kept.get(name), look.noise(key[0], name))

    # Asked in a way that needs a part which is missing, a student's code says nothing: another way may tell.
    silent = {name for name, value in found.items() if value is None and _there(name, wanted, kept)}
    if silent and key in known.answers and not any(touched(name) for name in wanted.keys() - silent):
        return False
    # What nobody may choose comes first: most mistakes are told from an answer by that.
    for name in sorted({*found, *wanted} - silent, key=free.__contains__):
        there = name in found and name in wanted
        if there and look.equal(key[0], name, found[name], wanted[name]):
            continue
        if name in free and not touched(name):
            continue  # the mistake does not touch it, and right answers differ in it
        return False
    return True


def _agreeing(known: KnownWrong, key: Key, look: _Look) -> int:
    """How many values of an answer are the mistake's, those that are free among them."""
    wrong = known.answers.get(key, known.right.get(key))
    if wrong is None or wrong.outcome != "ok":
        return 0
    found, wanted = look.view(key, look.answers[key]), look.view(key, wrong)
    return sum(look.equal(key[0], name, found[name], wanted[name]) for name in found.keys() & wanted.keys())


def _innocent(known: KnownWrong, cases: Mapping[str, Sequence[Key]], look: _Look) -> bool:
    """Whether the failing cases are answered as without the mistake, but for rounding."""
    return all(_alike(replace(known, answers={}), keys, look) for keys in cases.values())


def _there(name: str, *views: Mapping[str, Value | Estimate]) -> bool:
    return all(view.get(name) is not None for view in views)


def _equal(one: Value | Estimate, other: Value | Estimate, noise: float) -> bool:
    if isinstance(one, Estimate) or isinstance(other, Estimate):
        return isinstance(one, Estimate) and isinstance(other, Estimate) and one.agrees_with(other)
    return same_value(one, other, noise) or _overflown_alike(one, other, noise)


def _overflown_alike(one: Value, other: Value, noise: float) -> bool:
    """Whether some numbers of both are not finite, and the others are equal.

    What an overflow leaves, infinity or not a number, and in how many places, hangs on how a sum is written.
    """
    if isinstance(one, str | None) or isinstance(other, str | None) or np.shape(one) != np.shape(other):
        return False
    found, wanted = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    if (finite := np.isfinite(found)).all() or (told := np.isfinite(wanted)).all():
        return False
    return same_value(found[finite & told], wanted[finite & told], noise)


def _told(answer: Answer) -> tuple[str, str] | None:
    return (answer.error.type, answer.error.message) if answer.error else None
