"""What people give: marks for written answers, kept with time and author. Trusted side.

Machine results lie in `results/*.json` and are made again at will; what a person gave lies here and is never
lost by that. `with_manual_points` puts the two together.
"""

from autograder.gradebook.book import Author, Gradebook, open_gradebook
from autograder.gradebook.model import Answer, Change, Conflict, Entry, Key, Mark
from autograder.gradebook.place import existing_gradebook, gradebook_of
from autograder.gradebook.points import with_manual_points

__all__ = [
    "Answer",
    "Author",
    "Change",
    "Conflict",
    "Entry",
    "Gradebook",
    "Key",
    "Mark",
    "existing_gradebook",
    "gradebook_of",
    "open_gradebook",
    "with_manual_points",
]
