"""Which known mistake an answer is. Trusted side, pure but for a lab's own summaries.

Compared a probe at a time, since somebody may make one mistake here and another one there. An answer is a
mistake's where all its cases are: but for rounding, and but for what right answers may choose. Answers that
say nothing, the same number everywhere, are nobody's.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.judging.comparisons import Estimate, Mismatch, Observed, same_value
from autograder.judging.expectations import AND, Expectations, KnownWrong
from autograder.judging.session import Answers, Key
from autograder.judging.sketches import Kept, sketched, unpacked
from autograder.sandbox.answers import Answer, Value

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
    """
    failing = frozenset(failing)
    cases = {probe: [key for key in keys if key[0] == probe] for probe in failing}
    best: KnownWrong | None = None
    explained: frozenset[str] = frozenset()
    rank: tuple[float, ...] = (0,)
    for known in expectations.wrong:
        if task_id not in known.loses:
            continue
        probes = frozenset(p for p in failing if _explains(known, cases[p], answers, expectations, view))
        spoils = {p for p in failing if any(key in known.answers for key in cases[p])}
        if not probes or (
            spoils - probes and all(_only_zeros(known, cases[p], expectations, view) for p in probes)
        ):
            continue  # much comes to nothing: that alone is no sign of this mistake
        spoilt: dict[str, list[Key]] = {}
        for key in known.answers:
            if key in answers:
                spoilt.setdefault(key[0], []).append(key)
        there = sum(_alike(known, spoilt[p], answers, expectations, view) for p in spoilt)
        agreeing = sum(_agreeing(known, key, answers, expectations, view) for p in probes for key in cases[p])
        own = (len(probes), _plainness(known), there / len(spoilt), there, agreeing)
        if own > rank:
            best, explained, rank = known, probes, own
    return best, explained


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


def _explains(
    known: KnownWrong, keys: Sequence[Key], answers: Answers, expectations: Expectations, view: View
) -> bool:
    """Whether the mistake spoils some of these cases, and answers all of them in this way."""
    return (
        any(key in known.answers for key in keys)
        and _alike(known, keys, answers, expectations, view)
        and informative(keys, answers, view)
    )


def _only_zeros(known: KnownWrong, keys: Sequence[Key], expectations: Expectations, view: View) -> bool:
    """Whether all that is in these answers and in no right one is nothing, but for rounding."""
    made = []
    for key in (key for key in keys if key in known.answers and key in known.right):
        rights = [
            view(key, right[key]) for right in (known.right, *expectations.combinations) if key in right
        ]
        for name, value in view(key, known.answers[key]).items():
            if value is not None and not any(_equal(value, right.get(name), 0) for right in rights):
                made.append((value, rights[0].get(name)))
    return bool(made) and all(_is_nothing(value, right) for value, right in made)


def _is_nothing(value: Value | Estimate, right: Value | Estimate | None) -> bool:
    if right is None or any(isinstance(one, str | Estimate) for one in (value, right)):
        return False
    return bool(
        np.abs(np.asarray(value)).max(initial=0) <= _ROUNDING * np.abs(np.asarray(right)).max(initial=0)
    )


def _alike(
    known: KnownWrong, keys: Sequence[Key], answers: Answers, expectations: Expectations, view: View
) -> bool:
    return all(key in answers and _same(known, key, answers[key], expectations, view) for key in keys)


def _same(known: KnownWrong, key: Key, answer: Answer, expectations: Expectations, view: View) -> bool:
    right = known.right.get(key)
    wrong = known.answers.get(key, right)
    if wrong is None or wrong.outcome != answer.outcome:
        return False
    if wrong.outcome != "ok":
        return wrong.error is not None and _told(wrong) == _told(answer)
    noise = expectations.noise.get(key[0], {})
    free = expectations.free.get(key[0], frozenset())
    found, wanted = view(key, answer), view(key, wrong)
    kept = view(key, right) if right is not None and right.outcome == "ok" else {}

    def touched(name: str) -> bool:
        return name in wanted and not _equal(wanted[name], kept.get(name), noise.get(name, 0))

    # Asked in a way that needs a part which is missing, a student's code says nothing: another way may tell.
    silent = {name for name, value in found.items() if value is None and _there(name, wanted, kept)}
    if silent and key in known.answers and not any(touched(name) for name in wanted.keys() - silent):
        return False
    for name in {*found, *wanted} - silent:
        if name in free and not touched(name):
            continue  # the mistake does not touch it, and right answers differ in it
        if name not in found or name not in wanted:
            return False
        if not _equal(found[name], wanted[name], noise.get(name, 0)):
            return False
    return True


def _agreeing(known: KnownWrong, key: Key, answers: Answers, expectations: Expectations, view: View) -> int:
    """How many values of an answer are the mistake's, those that are free among them."""
    wrong = known.answers.get(key, known.right.get(key))
    if wrong is None or wrong.outcome != "ok":
        return 0
    found, wanted, noise = view(key, answers[key]), view(key, wrong), expectations.noise.get(key[0], {})
    return sum(_equal(found[name], wanted[name], noise.get(name, 0)) for name in found.keys() & wanted.keys())


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
    finite = np.isfinite(found), np.isfinite(wanted)
    told = finite[0] & finite[1]
    return not any(each.all() for each in finite) and same_value(found[told], wanted[told], noise)


def _told(answer: Answer) -> tuple[str, str] | None:
    return (answer.error.type, answer.error.message) if answer.error else None
