"""What the lab's own submissions answer: recorded once, kept under a hash of its causes. Trusted side.

Right answers first: the reference's, and those of all accepted variants. What these differ in tells how much
rounding does, which values are free, and in which forms a mistake can come. Then each mistake in each form:
those of `wrong/`, and those that are one change of the reference.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.authoring.bank import AcceptedVariant, Bank, read_bank
from autograder.authoring.master import AuthoringError
from autograder.authoring.pairs import pairs_of
from autograder.fleet import Recorder
from autograder.fleet.local import as_finished
from autograder.grading.authors_mistakes import authors_mistake
from autograder.grading.cache_keys import known_conditions
from autograder.grading.recordings import Recordings
from autograder.judging.comparisons import distance
from autograder.judging.expectations import AND, Expectations, answers_of, expectations_of
from autograder.judging.naming import NOISE, View, same_answers, viewed
from autograder.judging.session import Answers, Graders, Key
from autograder.judging.sketches import packed
from autograder.lab.lab import Lab
from autograder.results.environment import environment_of
from autograder.results.schema import Environment
from autograder.sandbox import Recording
from autograder.sandbox.answers import Answer, encode
from autograder.sandbox.store import load, save
from autograder.submission import Submission
from data_utils.places import cache_dir

Record = Callable[
    [str, Submission, set[Key]], Recording
]  # at least these answers of one submission, by its name


@dataclass(frozen=True)
class Known:
    """Recordings by name, as `expectations_of` takes them, and what is known about the mistakes."""

    recordings: dict[str, Recording]
    about: dict[str, Any]

    def write(self, path: Path) -> None:
        """Write them to one file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        save(path, self.recordings, self.about)


def known_expectations(
    lab: Lab, graders: Graders, recorder: Recorder, environment: Environment
) -> Expectations:
    """Expected answers for every case of the lab: from the cache, else recorded now and cached.

    Raises:
        AuthoringError: the solutions cannot be used, or the reference itself fails; names file and line.
    """
    looked_at = sorted({(grader.task, *grader.key, grader.compares) for grader in graders.all})
    summaries = sorted({Path(each.__code__.co_filename) for each in graders.summaries().values()})
    asked = f"{known_conditions(lab, environment)} {looked_at} {[file.read_text() for file in summaries]}"
    digest = hashlib.sha256(asked.encode()).hexdigest()[:24]
    path = cache_dir() / "expectations" / f"{lab.assignment.name}-{digest}.zip"
    try:
        recordings, about = load(path)
    except ValueError:
        bank = read_bank(lab.assignment, lab.rubric, lab.policy)
        known = record_known(lab, bank, graders, recorder, in_all_forms=True)
        known.write(path)
        recordings, about = known.recordings, known.about
    return expectations_of(recordings, about, lab.rubric.limits)


def record_known(lab: Lab, bank: Bank, graders: Graders, recorder: Recorder, *, in_all_forms: bool) -> Known:
    """What `known_answers` wants, recorded now; no more of each submission than that."""
    store = Recordings(lab, recorder, environment_of(recorder.level), bank.reference)

    def record(_: str, submission: Submission, keys: set[Key]) -> Recording:
        return store.record(submission, keys)

    return known_answers(lab, bank, graders, record, recorder.places, in_all_forms=in_all_forms)


def known_answers(
    lab: Lab, bank: Bank, graders: Graders, record: Record, places: int, *, in_all_forms: bool
) -> Known:
    """The answers that others are compared with: the right ones, and those of known mistakes.

    Of a mistake only the tasks that it loses, there only what differs from the right answer, and of that only
    what is compared. Trained weights, which are judged by themselves, never get into expectations that
    students are given.

    Args:
        in_all_forms: mistakes as those make them who write as an accepted variant does, too; mutants and
            two mistakes at once where the rubric says so: several times the recordings, and only names hang
            on them.

    Raises:
        AuthoringError: an expected answer is none; names file and line.
    """
    keys = _keys(lab, graders)
    view = viewed(graders.summaries(), graders.case)
    combinations = bank.combinations(lab.rubric)
    submissions = {"reference": bank.reference}
    submissions |= {f"accepted/{variant.name}": variant.submission for variant in bank.accepted}

    def right(name: str) -> Recording:
        return _only(record(name, submissions[name], keys), keys)

    recorded = dict(as_finished(right, submissions, places))
    for name in combinations:
        _insist(name, recorded[name], graders.compared(), lab)
    answers = {name: answers_of(recorded[name], lab.rubric.limits) for name in submissions}
    noise, free = _noise_and_freedom(answers, combinations.keys())

    def same(key: Key, one: Answers, other: Answers) -> bool:
        return same_answers(key, one[key], other[key], noise.get(key[0], {}), view)

    def alike(one: Answers, other: Answers) -> bool:
        return all(key in other and same(key, one, other) for key in one)

    known = Known(
        {name: recorded[name] for name in combinations},
        {"noise": noise, "free": {probe: sorted(names) for probe, names in free.items()}},
    )
    forms = {
        name: {key for key in keys if not same(key, answers[name], answers["reference"])}
        for name in submissions
    }
    others = _distinct(bank.accepted, keys, answers, same) if in_all_forms else ()
    for name in {f"accepted/{variant.name}" for variant in others} - combinations.keys():
        if forms[name]:
            shown = _only(recorded[name], forms[name])
            known.recordings[f"form/{name}"] = _kept(shown, answers[name], view)

    written = [v for v in bank.accepted if v in others or not forms[f"accepted/{v.name}"]]
    wanted = dict(_mistakes(bank, written if in_all_forms else (), graders, keys, forms))
    if in_all_forms and lab.rubric.tell_mutants:
        chosen = [variant for variant in others if f"accepted/{variant.name}" in combinations]
        wanted |= dict(_mutants(bank, chosen, graders, keys, forms)) | dict(_pairs(bank, graders, keys))

    def mistaken(name: str) -> Recording:
        return record(name, wanted[name].submission, wanted[name].keys)

    met: set[frozenset[tuple[Key, bytes]]] = set()
    by_itself: dict[str, Answers] = {}
    for name, recording in sorted(as_finished(mistaken, wanted, places)):
        mistake = wanted[name]
        theirs = answers_of(recording, lab.rubric.limits)
        plain = by_itself.setdefault(name.partition("@")[0], theirs)
        if lacks_a_part(theirs, plain):
            continue
        if not mistake.keys & forms[mistake.form] and theirs is not plain and alike(theirs, plain):
            continue  # the form does not show, nor does it where the mistake is
        spoilt = {k for k in mistake.keys if k in theirs and not same(k, theirs, answers[mistake.form])}
        trimmed = _kept(_only(recording, spoilt), theirs, view)
        frames = frozenset(((a.probe, a.case), a.frame) for a in trimmed.answers)
        nobody_s = not mistake.named and (frames in met or any(theirs[key].outcome != "ok" for key in spoilt))
        if spoilt and not nobody_s:
            met.add(frames)
            known.recordings[name] = trimmed
            forms_of_it = (f"form/{mistake.form}", mistake.form, "reference")
            form = next(each for each in forms_of_it if each in known.recordings)
            known.about[name] = {"hint": mistake.hint, "loses": sorted(mistake.loses), "form": form}
    return known


def lacks_a_part(answers: Answers, by_itself: Answers) -> bool:
    """Whether a mistake put on work that is written otherwise raises what it does not raise by itself.

    It reaches for a part that the reference has and that work has not, so it is no mistake of anybody's.
    """
    own = {answer.error.type for answer in by_itself.values() if answer.error}
    return any(answer.error and answer.error.type not in own for answer in answers.values())


@dataclass(frozen=True)
class _Mistake:
    """A mistake in one form, and where to look at it."""

    hint: str
    loses: frozenset[str]
    form: str
    submission: Submission
    keys: set[Key]
    named: bool = True


def _keys(lab: Lab, graders: Graders) -> set[Key]:
    """What is compared at all: by graders, or with known mistakes of tasks that are code."""
    return graders.compared() | graders.keys({t for t, of in lab.rubric.tasks.items() if of.kind == "code"})


def _mistakes(
    bank: Bank,
    others: Collection[AcceptedVariant],
    graders: Graders,
    keys: set[Key],
    forms: Mapping[str, set[Key]],
) -> Iterator[tuple[str, _Mistake]]:
    """Every wrong answer, also in each of the other forms that shows in a task that it loses, or may do so
    where the mistake is: a choice that the rubric offers, and a change of the lines around it."""
    for wrong in bank.wrong:
        lost = graders.keys(wrong.loses) & keys
        if lost:
            yield (
                f"wrong/{wrong.name}",
                _Mistake(wrong.hint, wrong.loses, "reference", wrong.submission, lost),
            )
        for variant in others:
            form = f"accepted/{variant.name}"
            may_show = lost & forms[form] or variant.axes or bank.change_one_thing(variant, wrong)
            if may_show and (made := bank.in_form_of(variant, wrong)):
                yield (
                    f"wrong/{wrong.name}@{variant.name}",
                    _Mistake(wrong.hint, wrong.loses, form, made, lost),
                )


def _mutants(
    bank: Bank,
    others: Collection[AcceptedVariant],
    graders: Graders,
    keys: set[Key],
    forms: Mapping[str, set[Key]],
) -> Iterator[tuple[str, _Mistake]]:
    """Every mutant, also in each of the other forms that shows in its task: mistakes nobody wrote down."""
    for number, mutant in enumerate(bank.mutants):
        hint, loses = f"This is what one gets with {mutant.told}.", frozenset([mutant.task])
        own, name = graders.keys(loses) & keys, f"change/{number:04d}"
        yield name, _Mistake(hint, loses, "reference", mutant.submission(bank.reference), own, False)
        for variant in others:
            form = f"accepted/{variant.name}"
            if own & forms[form] and (made := bank.mutated(mutant, variant)):
                yield f"{name}@{variant.name}", _Mistake(hint, loses, form, made, own, False)


def _pairs(bank: Bank, graders: Graders, keys: set[Key]) -> Iterator[tuple[str, _Mistake]]:
    """Two mistakes at once, in the reference's form."""
    for one, other, made in pairs_of(bank):
        loses = one.loses | other.loses
        hint = f"{one.hint} And: {other.hint}"
        name = f"wrong/{one.name}{AND}{other.name}"
        yield name, _Mistake(hint, loses, "reference", made, graders.keys(loses) & keys, False)


def _distinct(
    variants: Sequence[AcceptedVariant],
    keys: set[Key],
    answers: Mapping[str, Answers],
    same: Callable[[Key, Answers, Answers], bool],
) -> tuple[AcceptedVariant, ...]:
    """Of variants that answer alike one, best of an axis: a mistake looks the same in all of them."""
    chosen: list[AcceptedVariant] = []
    for variant in sorted(variants, key=lambda one: not one.axes):
        own = answers[f"accepted/{variant.name}"]
        theirs = [answers[f"accepted/{one.name}"] for one in chosen]
        if not any(all(same(key, own, other) for key in keys) for other in theirs):
            chosen.append(variant)
    return tuple(chosen)


def _noise_and_freedom(
    answers: Mapping[str, Answers], combinations: Collection[str]
) -> tuple[dict[str, dict[str, float]], dict[str, set[str]]]:
    """By probe: how far apart right values are by rounding alone, and which are apart by more than that."""
    noise: dict[str, dict[str, float]] = {}
    free: dict[str, set[str]] = {}
    chosen = [answers[name] for name in combinations]
    for theirs in answers.values():
        for (probe, case), answer in theirs.items():
            choices = [_apart(answer, combination[probe, case]) for combination in chosen]
            nearest = min(
                choices, key=lambda gaps: (sum(gap > NOISE for gap in gaps.values()), sum(gaps.values()))
            )
            for name, gap in nearest.items():
                if gap > NOISE:
                    free.setdefault(probe, set()).add(name)
                elif gap > noise.get(probe, {}).get(name, 0):
                    noise.setdefault(probe, {})[name] = 2 * gap  # two answers may err to either side
    return noise, free


def _apart(one: Answer, other: Answer) -> dict[str, float]:
    names = {*one.values, *other.values}
    return {
        name: distance(one.values[name], other.values[name])
        if name in one.values and name in other.values
        else float("inf")
        for name in names
    }


def _only(recording: Recording, keys: set[Key]) -> Recording:
    return replace(recording, answers=tuple(a for a in recording.answers if (a.probe, a.case) in keys))


def _kept(recording: Recording, answers: Answers, view: View) -> Recording:
    """The recording with what is compared in place of all that was answered.

    Raises:
        AuthoringError: a lab's summary of answers gives what no answer may hold.
    """

    def frame(key: Key) -> bytes:
        try:
            return encode(packed(view(key, answers[key])))
        except (TypeError, ValueError) as error:
            raise AuthoringError(f"The summary of `{key[0]}`'s answers: {error}") from error

    return replace(
        recording,
        answers=tuple(
            replace(raw, frame=frame(key)) if answers[key].outcome == "ok" else raw
            for raw in recording.answers
            for key in [(raw.probe, raw.case)]
        ),
    )


def _insist(name: str, recording: Recording, keys: set[Key], lab: Lab) -> None:
    """Expected answers must be answers."""
    for key, answer in answers_of(recording, lab.rubric.limits).items():
        if key in keys and answer.outcome != "ok":
            raise authors_mistake(lab.assignment, name, key, answer, recording.cell_errors)
