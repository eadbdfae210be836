"""What students ask to have looked at again: the desk's list, a new request, an answer. Trusted side."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as WebRequest
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from autograder.course.layout import CourseError
from autograder.course.rubric import Rubric
from autograder.desk.desk import Desk, NotHere
from autograder.desk.pile import ref_of
from autograder.desk.whole import Whole
from autograder.gradebook.book import Author, Gradebook
from autograder.gradebook.model import Change, Conflict, Key, Mark, storable
from autograder.gradebook.requests import Asked, answer, ask, asked
from autograder.reports.store import read_results
from autograder.results.class_list import class_of, found_in
from autograder.results.schema import Result

Template = Callable[[str, dict[str, Any]], str]


@dataclass(frozen=True)
class Place:
    """What one request is about: who asks, with how many points, and where their answer is to be seen.

    `version` is that of the mark which these points come from.
    """

    asked: Asked
    name: str
    score: float | None
    most: float
    href: str
    version: int


class Inbox:
    """The requests of one graded class."""

    def __init__(
        self,
        book: Gradebook,
        assignment: str,
        rubric: Rubric,
        out: Path,
        author: Author,
        changed: Callable[[], None],
    ) -> None:
        """`changed` is called after every change of the gradebook."""
        self.assignment, self.rubric = assignment, rubric
        self._book, self._out, self._author, self._changed = book, out, author, changed

    def results(self) -> list[Result]:
        """The class as it stands."""
        return read_results(self._out)

    def asked(self) -> list[Asked]:
        """The requests, the open ones first."""
        return asked(self._book.requests(self.assignment))

    def places(self, written: Sequence[str]) -> list[Place]:
        """The requests with what is known about each; answers to `written` tasks are at the desk."""
        results = {result.student: result for result in self.results()}
        found = []
        marks = self._book.marks(self.assignment)
        for one in self.asked():
            key, result = one.request.key, results.get(one.request.student)
            task = next((task for task in result.tasks if task.id == key.task), None) if result else None
            given = task.score if task and task.status not in ("pending", "internal") else None
            at_desk = f"task/{key.task}/{ref_of(key)}"
            found.append(
                Place(
                    asked=one,
                    name=result.shown if result else key.student,
                    score=given,
                    most=self.rubric.tasks[key.task].points if key.task in self.rubric.tasks else 0,
                    href=at_desk if key.task in written else f"requests/{one.request.uid}/notebook",
                    version=marks[key].version if key in marks else 0,
                )
            )
        return found

    def add(self, student: str, task: str, text: str) -> None:
        """Note a request that came by word or mail.

        Raises:
            CourseError: there is no such student or task, or nothing is asked.
        """
        results = self.results()
        key = found_in(class_of(self._out), [result.student for result in results], student.strip())
        if task not in self.rubric.tasks or not text.strip():
            raise CourseError("A request needs a task of the lab and a sentence.")
        ask(self._book, [(Key(self.assignment, key, task), text.strip())], self._author.name)
        self._changed()

    def answer(self, uid: str, text: str, points: str, seen: str) -> None:
        """Answer a request and, where points are given, give them: in place of the mark that was `seen`.

        Raises:
            NotHere: there is no such request. CourseError: it is no answer, or the task has not as many
                points. Conflict: somebody else gave points in the meantime.
        """
        request = self.find(uid).request
        most = self.rubric.tasks[request.task].points
        try:
            value = float(points.replace(",", ".")) if points.strip() else None
        except ValueError:
            value = -1.0
        if not text.strip() or (value is not None and not 0 <= value <= most):
            raise CourseError(f"An answer needs words; points are a number from 0 to {most:g}, or none.")
        if value is not None:
            before = self._book.marks(request.assignment, request.task).get(request.key)
            mark = (before.mark if before else Mark()).model_copy(update={"points": round(value, 2)})
            now = self._book.answers(request.assignment, request.task).get(request.key)
            version = int(seen) if re.fullmatch(r"[0-9]{1,9}", seen) else 0
            change = Change(request.key, mark, version, now.digest if now else "")
            self._book.write([change], self._author)
        answer(self._book, request, text.strip(), self._author.name)
        self._changed()

    def find(self, uid: str) -> Asked:
        """The request of this id.

        Raises:
            NotHere: there is none.
        """
        found = next((one for one in self.asked() if one.request.uid == uid), None)
        if found is None:
            raise NotHere("There is no such request.")
        return found


def request_routes(inbox: Inbox, desk: Desk, whole: Whole, template: Template, root: str) -> list[Route]:
    """The addresses of the page of requests."""
    written = [progress.question.id for progress in desk.progress()]

    def page(told: str = "", status: int = 200) -> Response:
        places = inbox.places(written)
        students = sorted(result.shown for result in inbox.results()) if desk.names else []
        context = {"desk": desk, "places": places, "tasks": inbox.rubric.tasks, "told": told}
        return HTMLResponse(template("requests.html.j2", context | {"students": students}), status)

    def listed(request: WebRequest) -> Response:
        return page()

    def notebook(request: WebRequest) -> Response:
        one = inbox.find(request.path_params["uid"]).request
        pieces = whole.pieces(one.student)
        here = next((at for at, piece in enumerate(pieces) if one.task in piece.tasks), 0)
        back = {"href": f"requests#request-{one.uid}", "words": f"the request about {one.task}"}
        return HTMLResponse(
            template("notebook.html.j2", {"desk": desk, "back": back, "pieces": pieces, "here": here})
        )

    async def changed(request: WebRequest) -> Response:
        form = await request.form()
        said = {name: storable(value) for name, value in form.items() if isinstance(value, str)}

        def change() -> Response:
            try:
                if uid := request.path_params.get("uid"):
                    inbox.answer(uid, said.get("text", ""), said.get("points", ""), said.get("seen", ""))
                else:
                    inbox.add(said.get("student", ""), said.get("task", ""), said.get("text", ""))
            except (CourseError, Conflict) as error:
                return page(str(error), 409 if isinstance(error, Conflict) else 422)
            return RedirectResponse(f"{root}/requests", 303)

        return await run_in_threadpool(change)

    return [
        Route("/requests", listed),
        Route("/requests", changed, methods=["POST"]),
        Route("/requests/{uid}/notebook", notebook),
        Route("/requests/{uid}", changed, methods=["POST"]),
    ]
