"""Two known mistakes at once, in one function. Trusted side.

Only of files that say their lines: which of two definitions counts, nobody could say.
"""

import ast
from collections.abc import Iterator
from itertools import combinations

from autograder.authoring.bank import Bank, WrongAnswer
from autograder.submission import Submission

Place = tuple[str, int]  # an answer, and the line at which a function in it begins


def pairs_of(bank: Bank) -> Iterator[tuple[WrongAnswer, WrongAnswer, Submission]]:
    """Every two wrong answers that lose a task in common and change one function, and both made in it."""
    places = {wrong.name: _places(wrong, bank) for wrong in bank.wrong}
    for one, other in combinations(bank.wrong, 2):
        together = one.loses & other.loses and places[one.name] & places[other.name]
        if together and (made := bank.in_form_of(one, other)):
            yield one, other, made


def _places(wrong: WrongAnswer, bank: Bank) -> set[Place]:
    if wrong.difference.definitions:
        return set()
    return {
        (answer, _function(answer, old))
        for answer in bank.answers
        for old in wrong.difference.changes
        if old in answer
    }


def _function(source: str, text: str) -> int:
    """The line at which the innermost function or class begins where a text stands; 0 outside of all."""
    start = source.index(text) + len(text) - len(text.lstrip())
    line = source.count("\n", 0, start) + 1
    around = [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.lineno <= line <= (node.end_lineno or 0)
    ]
    return max(around, default=0)
