"""Two known mistakes at once, in one function. Trusted side.

Only of files that say their lines: which of two definitions counts, nobody could say.
"""

from collections.abc import Iterator
from itertools import combinations

from autograder.authoring.bank import Bank, WrongAnswer
from autograder.submission import Submission


def pairs_of(bank: Bank) -> Iterator[tuple[WrongAnswer, WrongAnswer, Submission]]:
    """Every two wrong answers that lose a task in common and change one function, and both made in it."""
    by_lines = [wrong for wrong in bank.wrong if not wrong.difference.definitions]
    places = {wrong.name: bank.places(wrong.difference) for wrong in by_lines}
    for one, other in combinations(by_lines, 2):
        together = one.loses & other.loses and places[one.name] & places[other.name]
        if together and (made := bank.in_form_of(one, other)):
            yield one, other, made
