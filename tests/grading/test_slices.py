"""An answer that cannot reach a change is the reference's."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.grading.slices import program, sliced, vocabulary, words_in_case, words_of
from autograder.submission import Cell

REFERENCE = """
import math
SHORT = True

def squared(a, b):
    return ((a - b) ** 2).sum()

class Loss:
    def __call__(self, a, b):
        return squared(a, b) + self.margin()

    def margin(self):
        return math.sqrt(2) if SHORT else 1

def accuracy(right, of):
    return right / of
"""
PROBES = vocabulary(
    [
        "from .helpers import made\n\ndef loss(ns, case):\n    return made(ns)(case['a'], case['b'])\n",
        "NAME = 'Loss'\n\ndef made(ns):\n    return ns[NAME]()\n",
        "def share(ns, case):\n    return ns['accuracy'](1, 2)\n",
    ]
)


def same(probe: str, changed: str, *, more: str = "", reference: str = REFERENCE) -> bool:
    """Whether the probe cannot tell this text, and a cell more, from the reference."""
    names = words_of(probe, PROBES)
    cells = (Cell("a", 1, reference),)
    mine = (Cell("a", 1, changed), *((Cell("b", 2, more),) if more else ()))
    theirs, ours = program(cells), program(mine)
    return theirs is not None and ours is not None and sliced(theirs, names) == sliced(ours, names)


@pytest.mark.parametrize(
    ("old", "new", "probes"),
    [
        ("** 2", "** 3", {"loss"}),
        ("SHORT = True", "SHORT = False", {"loss"}),
        ("right / of", "of / right", {"share"}),
        ("import math", "import cmath as math", {"loss"}),
        ("SHORT = True", "SHORT = True  # for an evening", set()),
        ("SHORT = True", "SHORT = True\n'and nothing else'", set()),
        ("SHORT = True", "SHORT = True\nOTHER = accuracy(1, 2)", set()),
        ("SHORT = True", "SHORT = True\nprint(SHORT)", {"loss", "share"}),
        ("SHORT = True", "SHORT = True\nmath.tau = 3", {"loss", "share"}),
        ("SHORT = True", "SHORT = True\nfor SHORT in ():\n    pass", {"loss", "share"}),
        ("class Loss:", "class Loss:\n    print('made')", {"loss", "share"}),
    ],
)
def test_a_change_is_seen_by_the_probes_that_reach_it(old: str, new: str, probes: set[str]) -> None:
    changed = REFERENCE.replace(old, new)
    assert {probe for probe in ("loss", "share") if not same(probe, changed)} == probes


@pytest.mark.parametrize(
    ("more", "probes"),
    [
        ("import math", set()),
        ("import math, os", set()),
        ("from os import path as math", {"loss"}),
        ("def squared(a, b):\n    return 0", {"loss"}),
        ("def fresh():\n    global accuracy\n    accuracy = max", {"share"}),
        ('"""A docstring."""\nLOSES = {"1"}', set()),
        ("from os import *", {"loss", "share"}),
        ("def broken(:", {"loss", "share"}),
    ],
)
def test_a_cell_more_is_seen_by_the_probes_that_reach_it(more: str, probes: set[str]) -> None:
    assert {probe for probe in ("loss", "share") if not same(probe, REFERENCE, more=more)} == probes


def test_a_probe_reaches_what_its_case_says() -> None:
    case = '{"probe": "any", "asked": ["Loss()(x, 1)"], "x": {"packed": "accuracy", "shape": [1]}}'
    words = words_of(
        "any", vocabulary(["def any(ns, case):\n    return eval(case['asked'], ns)"]), words_in_case(case)
    )
    assert "Loss" in words
    assert "accuracy" not in words  # numbers, packed


@pytest.mark.parametrize(
    ("body", "reached"),
    [
        ("Loss = case['a']\n    return Loss", False),
        ("return [Loss for Loss in case['a']]", False),
        ("Loss = 1\n    return (lambda: Loss)", False),
        ("return Loss", True),
        ("global Loss\n    Loss = 1", True),
        ("def inner():\n        Loss = 1\n    return Loss", True),
        ("class Inner:\n        Loss = Loss\n    return Inner", True),
    ],
)
def test_a_functions_own_variables_are_nobody_elses(body: str, reached: bool) -> None:
    assert ("Loss" in words_of("any", vocabulary([f"def any(ns, case):\n    {body}\n"]))) == reached


def test_training_cells_only_define() -> None:
    cell = Cell("a", 1, REFERENCE + "\nprint(accuracy(1, 2))", definitions_only=True)
    assert program([cell]) == program([Cell("a", 1, REFERENCE)])
    assert program([replace(cell, definitions_only=False)]) != program([cell])


@st.composite
def programs(draw: st.DrawFn) -> tuple[str, str]:
    """Some functions and settings that use later ones, and the same with one number changed."""
    count = draw(st.integers(2, 6))
    lines = []
    for place in range(count):
        uses = draw(st.lists(st.integers(place + 1, count), max_size=2)) if place < count else []
        value = " + ".join(["{}", *(f"f{other}()" for other in uses if other < count)])
        lines.append(f"def f{place}():\n    return {value}")
    numbers = draw(st.lists(st.integers(0, 9), min_size=count, max_size=count))
    changed = list(numbers)
    changed[draw(st.integers(0, count - 1))] += draw(st.integers(0, 1))
    return tuple("\n".join(lines).format(*values) for values in (numbers, changed))  # type: ignore[return-value]


@given(programs(), st.integers(0, 5))
def test_equal_slices_give_equal_answers(texts: tuple[str, str], place: int) -> None:
    name, found, slices = f"f{place}", [], []
    for text in texts:
        namespace: dict[str, Any] = {}
        exec(text, namespace)
        found.append(namespace[name]() if name in namespace else None)
        slices.append(sliced(program([Cell("a", 1, text)]) or (), {name}))
    assert (slices[0] == slices[1]) == (texts[0] == texts[1] or _apart(texts, name))
    assert slices[0] != slices[1] or found[0] == found[1]


def _apart(texts: tuple[str, str], name: str) -> bool:
    """Whether no line that differs is reached from a function, by running it with a note in each."""
    reached: list[str] = []
    functions = {f"f{number}": None for number in range(6)}
    namespace: dict[str, Any] = {}
    exec(texts[0], namespace)
    original = {key: namespace[key] for key in functions if key in namespace}
    for key, function in original.items():
        namespace[key] = lambda key=key, function=function: (reached.append(key), function())[1]
    if name in namespace:
        namespace[name]()
    one, other = (text.split("def ") for text in texts)
    return all(
        before == after or before.partition("(")[0] not in reached
        for before, after in zip(one, other, strict=True)
    )
