"""Two known mistakes at once, in one function. Trusted side.

Only of files that say their lines: which of two definitions counts, nobody could say.
"""

from collections.abc import Iterator
from itertools import combinations

from autograder.authoring.bank import Bank, WrongAnswer
from autograder.authoring.places import function_of
from autograder.submission import Submission

Place = tuple[str, str]  # an answer, and a function in it


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
        (answer, function_of(answer, old))
        for answer in bank.answers
        for old in wrong.difference.changes
        if old in answer
    }
