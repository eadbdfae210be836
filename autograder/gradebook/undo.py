"""Taking back what a person did last. Trusted side."""

from autograder.gradebook.book import Author, Gradebook
from autograder.gradebook.model import Change, Entry, Mark


def undo(book: Gradebook, assignment: str, task: str, author: Author) -> list[Entry]:
    """Take back the author's last change of this task that is not taken back yet, for all its answers.

    Nothing is deleted: the marks of before are written again. Returns what was written; empty where there
    is nothing to take back.

    Raises:
        Conflict: somebody else has changed one of these marks since.
    """
    history = book.history(assignment, task=task)
    taken_back = {entry.undoes for entry in history if entry.undoes}
    mine = [
        entry
        for entry in history
        if entry.author == author.name and entry.batch and not entry.undoes and entry.batch not in taken_back
    ]
    if not mine:
        return []
    batch = mine[-1].batch
    changes = [_before(entry, history) for entry in mine if entry.batch == batch]
    return book.write(changes, author, undoes=batch)


def _before(entry: Entry, history: list[Entry]) -> Change:
    """The change that restores what was there before `entry`.

    What the same author did to the same mark after it and took back does not count as somebody's change.
    """
    versions = [other for other in history if other.key == entry.key]
    earlier = [other for other in versions if other.version < entry.version]
    mark = earlier[-1].mark if earlier else Mark()
    answer = earlier[-1].answer if earlier else entry.answer
    seen = entry.version
    for later in versions:
        if later.version > seen and later.author == entry.author:
            seen = later.version
        elif later.version > seen:
            break
    return Change(entry.key, mark, seen, answer)
