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

from autograder.course.layout import Assignment
from autograder.grading.bench import Bench, with_instructors_bench
from autograder.judging.session import Answers, Key
from autograder.lab.lab import Lab, read_lab
from autograder.sandbox.answers import Answer, Value
from autograder.sandbox.client import ForkServer

pytestmark = pytest.mark.long

COURSE = Path(__file__).parents[2]
LABS = sorted(p.name for p in (COURSE / "solutions").iterdir() if (p / f"{p.name}.py").exists())
LARGE = 1 << 19  # numbers of four bytes that fit into an answer

CHANGES: dict[str, Callable[[Value], Value]] = {
    "a text": lambda value: "x",
    "nothing": lambda value: None,
    "one number": lambda value: 1.5,
    "not a number": lambda value: float("nan"),
    "a huge whole number": lambda value: (1 << 63) - 1,
    "no element": lambda value: np.zeros((0,), np.float32),
    "no row": lambda value: np.zeros((0, 3), np.float32),
    "all infinite": lambda value: np.full(np.shape(value), np.inf, np.float32),
    "all not a number": lambda value: np.full(np.shape(value), np.nan, np.float64),
    "all zero": lambda value: np.zeros(np.shape(value), np.float32),
    "all the least": lambda value: np.full(np.shape(value), -(1 << 63), np.int64),
    "all false": lambda value: np.zeros(np.shape(value), np.bool_),
    "all true": lambda value: np.ones(np.shape(value), np.bool_),
    "one dimension more": lambda value: np.ones((*np.shape(value), 1), np.float32),
    "one dimension less": lambda value: np.ones(np.shape(value)[1:], np.float32),
    "many rows": lambda value: np.ones((LARGE, 1), np.float32),
    "many columns": lambda value: np.ones((1, LARGE), np.float32),
    "eight dimensions": lambda value: np.ones((2,) * 8, np.int8),
}


def changed(answer: Answer, change: Callable[[Value], Value]) -> Answer:
    return replace(answer, values={name: change(value) for name, value in answer.values.items()})


def one_by_one(answer: Answer) -> Iterator[tuple[str, Answer]]:
    """The answer without one of its values, and with one of them in another shape."""
    for name in answer.values:
        yield f"without {name}", replace(answer, values={n: v for n, v in answer.values.items() if n != name})
        for kind in ("no element", "a text", "one dimension more", "many rows", "all not a number"):
            values = dict(answer.values) | {name: CHANGES[kind](answer.values[name])}
            yield f"{kind} as {name}", replace(answer, values=values)


def variants(answer: Answer) -> Iterator[tuple[str, Answer]]:
    yield "nothing at all", replace(answer, values={})
    yield from ((kind, changed(answer, change)) for kind, change in CHANGES.items())
    yield from one_by_one(answer)


@pytest.mark.parametrize("name", LABS)
def test_no_answer_makes_a_grader_fail(name: str) -> None:
    lab = read_lab(Assignment(COURSE, name))
    faults = set()

    def body(bench: Bench) -> None:
        right = bench.expectations.combinations[0]
        for what, key, answer in _tried(lab, right):
            for grader in bench.graders.all:
                if grader.key == key:
                    verdict = bench.graders.ask(grader, {**right, key: answer}, right)
                    if verdict.status == "internal":
                        faults.add(f"{grader.name} ({key[0]}), {what}: {verdict.message}")

    with ForkServer(lab.modules()) as server, np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of means of nothing
        with_instructors_bench(lab, server, None, body)
    assert not faults, "\n".join(sorted(faults))


def _tried(lab: Lab, right: Answers) -> Iterator[tuple[str, Key, Answer]]:
    """Each probe on its first case, with answers of every kind."""
    first = {probe: (probe, case) for probe, case in reversed([(c.probe, c.case) for c in lab.calls])}
    for key in first.values():
        if key in right:
            for what, answer in variants(right[key]):
                yield what, key, answer
