"""Whatever a submission answers, every grader says what is wrong with it: no grader of ours fails.

A submission decides about each name, number, shape and text that its probes give. The reference's answers are
changed in all the ways that the wire lets through, one probe at a time, and judged.
"""

import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autograder.authoring.bank import read_bank
from autograder.course.layout import Assignment
from autograder.grading.bench import Bench, with_bench
from autograder.judging.expectations import Expectations, KnownWrong, answers_of
from autograder.judging.explaining import explained
from autograder.judging.session import Answers, Key
from autograder.lab.lab import Lab, read_lab
from autograder.sandbox.answers import Answer, AnswerOutcome, Value
from autograder.sandbox.client import ForkServer

pytestmark = pytest.mark.long

COURSE = Path(__file__).parents[2]
LABS = sorted(p.name for p in (COURSE / "solutions").iterdir() if (p / f"{p.name}.py").exists())
# Handed-in networks are measured anew for each answer: minutes a lab.
MEASURED = ("metric_embedding", "protonet", "siamese")
AS_LONG_AS_IT_TAKES = [
    pytest.param(name, marks=[pytest.mark.thorough] if name in MEASURED else []) for name in LABS
]
LARGE = 1 << 19  # numbers of four bytes that fit into an answer


def numbers(value: Value) -> np.ndarray:
    """A value as numbers, whatever it is."""
    return np.ones(3, np.float32) if isinstance(value, str | None) else np.asarray(value)


def spoilt(value: Value, number: float) -> Value:
    """One number among them is another one."""
    array = np.array(numbers(value), np.float64)
    array.reshape(-1)[:1] = number
    return array


CHANGES: dict[str, Callable[[Value], Value]] = {
    "a text": lambda value: "x",
    "an empty text": lambda value: "",
    "a long text": lambda value: "1e9 " * 5000,
    "nothing": lambda value: None,
    "one number": lambda value: 1.5,
    "one whole number": lambda value: 1,
    "one negative number": lambda value: -3,
    "one number as a tensor": lambda value: np.float32(1.5).reshape(()),
    "one truth value": lambda value: np.bool_(True).reshape(()),
    "not a number": lambda value: float("nan"),
    "infinity": lambda value: float("-inf"),
    "a huge whole number": lambda value: (1 << 63) - 1,
    "a row": lambda value: np.arange(3),
    "no element": lambda value: np.zeros((0,), np.float32),
    "no row": lambda value: np.zeros((0, 3), np.float32),
    "no column": lambda value: np.zeros((3, 0), np.int64),
    "all infinite": lambda value: np.full(np.shape(value), np.inf, np.float32),
    "all not a number": lambda value: np.full(np.shape(value), np.nan, np.float64),
    "all zero": lambda value: np.zeros(np.shape(value), np.float32),
    "all the least": lambda value: np.full(np.shape(value), -(1 << 63), np.int64),
    "all huge": lambda value: np.full(np.shape(value), 1e308),
    "all false": lambda value: np.zeros(np.shape(value), np.bool_),
    "all true": lambda value: np.ones(np.shape(value), np.bool_),
    "one is not a number": lambda value: spoilt(value, np.nan),
    "one is infinite": lambda value: spoilt(value, np.inf),
    "one is negative": lambda value: spoilt(value, -7.5),
    "one is large": lambda value: spoilt(value, 1e6),
    "as bytes": lambda value: np.nan_to_num(numbers(value)).astype(np.uint8),
    "as floats": lambda value: numbers(value).astype(np.float64),
    "negated": lambda value: -numbers(value).astype(np.float64),
    "in one row": lambda value: numbers(value).reshape(-1),
    "upside down": lambda value: numbers(value).T,
    "one dimension more": lambda value: np.ones((*np.shape(value), 1), np.float32),
    "one dimension less": lambda value: np.ones(np.shape(value)[1:], np.float32),
    "a row more": lambda value: np.concatenate([np.atleast_1d(numbers(value))] * 2),
    "a row less": lambda value: np.atleast_1d(numbers(value))[1:],
    "a column less": lambda value: np.atleast_1d(numbers(value))[..., 1:],
    "many rows": lambda value: np.ones((LARGE, 1), np.float32),
    "many columns": lambda value: np.ones((1, LARGE), np.float32),
    "eight dimensions": lambda value: np.ones((2,) * 8, np.int8),
}
ALONE = (  # of these each value of an answer is changed by itself
    "a text", "nothing", "one whole number", "a row", "no element", "one is not a number",
    "one dimension less", "many rows",
)  # fmt: skip
ENDS: tuple[AnswerOutcome, ...] = ("error", "not_implemented", "timeout", "died", "memory", "invalid")


def changed(answer: Answer, change: Callable[[Value], Value]) -> Answer:
    return replace(answer, values={name: change(value) for name, value in answer.values.items()})


def one_by_one(answer: Answer) -> Iterator[tuple[str, Answer]]:
    """The answer without one of its values, and with one of them changed: the others are right."""
    for name in answer.values:
        yield f"without {name}", replace(answer, values={n: v for n, v in answer.values.items() if n != name})
        for kind in ALONE:
            yield (
                f"{kind} as {name}",
                replace(answer, values={**answer.values, name: CHANGES[kind](answer.values[name])}),
            )


def variants(answer: Answer) -> Iterator[tuple[str, Answer]]:
    yield "nothing at all", replace(answer, values={})
    yield from ((f"the end: {end}", Answer(end)) for end in ENDS)
    yield from ((kind, changed(answer, change)) for kind, change in CHANGES.items())
    yield from one_by_one(answer)


@pytest.mark.parametrize("name", AS_LONG_AS_IT_TAKES)
def test_no_answer_makes_a_grader_fail(name: str) -> None:
    lab = read_lab(Assignment(COURSE, name))
    faults = set()

    def body(bench: Bench) -> None:
        right = bench.expectations.combinations[0]
        for what, key, answer in _tried(lab, right):
            faults.update(f"{key[0]}, {what}: {told}" for told in _faults(bench, right, key, answer))

    with ForkServer(lab.modules()) as server, np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of means of nothing
        with_bench(lab, server, None, lambda *_: _expected(lab, server), body)
    assert not faults, "\n".join(sorted(faults))


def _expected(lab: Lab, server: ForkServer) -> Expectations:
    """The reference's answers, and a mistake that gives the same: each answer is compared with that, too."""
    reference = read_bank(lab.assignment, lab.rubric, lab.policy).reference
    right = answers_of(server.record(lab.job(reference)), lab.rubric.limits)
    return Expectations((right,), (KnownWrong("none", "", frozenset(lab.rubric.tasks), right),))


def _tried(lab: Lab, right: Answers) -> Iterator[tuple[str, Key, Answer]]:
    """Each probe on its first case, with answers of every kind."""
    first = {probe: (probe, case) for probe, case in reversed([(c.probe, c.case) for c in lab.calls])}
    for key in first.values():
        if key in right:
            for what, answer in variants(right[key]):
                yield what, key, answer


def _faults(bench: Bench, right: Answers, key: Key, answer: Answer) -> Iterator[str]:
    """What fails of ours at this answer: the graders that look at it, and what explains why it is wrong."""
    answers = {**right, key: answer}
    asked = [grader for grader in bench.graders.all if grader.key == key]
    judged = [(grader, bench.graders.ask(grader, answers, right)) for grader in asked]
    yield from (f"{grader.name}: {told.message}" for grader, told in judged if told.status == "internal")
    for task in {grader.task for grader in asked}:
        mine = [pair for pair in judged if pair[0].task == task]
        try:
            explained(task, mine, right, bench.graders, answers, bench.expectations)
        except Exception as error:
            yield f"explaining {task}: {type(error).__name__}: {error}"
