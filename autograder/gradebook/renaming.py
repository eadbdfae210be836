"""Two keys are one student: what people gave the old one is written for the new one. Trusted side."""

from autograder.course.layout import CourseError
from autograder.gradebook.book import Author, Gradebook, new_id
from autograder.gradebook.model import Change, Request
from autograder.gradebook.requests import answer


def rename(book: Gradebook, assignment: str, old: str, new: str, author: Author) -> tuple[int, int]:
    """Give `new` the marks and requests of `old`; returns how many of each.

    Nothing is taken from `old`, but its requests are answered by where they went, so that none stays open.

    Raises:
        CourseError: both have points for a task.
        Conflict: somebody gave `new` points in the meantime.
    """
    marks, answers = book.marks(assignment), book.answers(assignment)
    both = [key.task for key in marks if key.student == old and key._replace(student=new) in marks]
    if both:
        raise CourseError(f"{old} and {new} both have points in {', '.join(both)}: set those by hand.")
    moved = [
        Change(to, entry.mark, 0, answers[to].digest if to in answers else "")
        for key, entry in marks.items()
        if key.student == old
        for to in [key._replace(student=new)]
    ]
    book.write(moved, author)
    return len(moved), _with_requests(book, assignment, old, new, author)


def _with_requests(book: Gradebook, assignment: str, old: str, new: str, author: Author) -> int:
    """Requests and answers keep their words, times and authors."""
    rows = [row for row in book.requests(assignment) if row.student == old]
    uids = {row.uid: new_id() for row in rows}
    book.add_requests([_of(row, new, uids) for row in rows])
    asked = [row for row in rows if not row.answers]
    for row in asked:
        answer(book, row, f"This is {new}'s now.", author.name)
    return len(asked)


def _of(row: Request, student: str, uids: dict[str, str]) -> Request:
    update = {"student": student, "uid": uids[row.uid], "answers": uids.get(row.answers, "")}
    return row.model_copy(update=update)
