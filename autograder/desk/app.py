"""The desk's pages and what their buttons ask for. Trusted side.

Every answer is the whole page; htmx takes the part `#desk` out of it and puts it in place of the old one.
"""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from autograder.course.layout import CourseError
from autograder.desk import marking
from autograder.desk.alike import difference
from autograder.desk.desk import Desk, NotHere
from autograder.desk.guard import Guard
from autograder.desk.pile import Paper, next_open, used_comments
from autograder.desk.requests import Inbox, request_routes
from autograder.desk.whole import Whole
from autograder.gradebook.collect import words
from autograder.gradebook.model import Conflict, Mark, storable
from autograder.reports.markup import as_typed, render, render_inline
from autograder.reports.summary import plain, points

_MAX_COMMENT = 20_000
_NUMBER = re.compile(r"[0-9]{1,4}(?:[.,][0-9]{0,4})?|[.,][0-9]{1,4}")  # as people write it
FLAGS = {
    "missing": "No answer was handed in.",
    "template": "The answer's cell was left as it was.",
    "short": "This answer is very short.",
}


class BadForm(Exception):
    """A form says what the desk's own pages never say."""


def desk_app(desk: Desk, token: str, whole: Whole, inbox: Inbox | None = None) -> Starlette:
    """The desk at `/TOKEN/`, with a page of requests where there is an inbox."""
    pages = Pages(desk, token, whole, inbox)
    routes = [
        Route("/", pages.start),
        *(request_routes(inbox, desk, whole, pages.template, f"/{token}") if inbox else ()),
        Route("/task/{task}", pages.task),
        Route("/task/{task}/undo", pages.undo, methods=["POST"]),
        Route("/task/{task}/{ref}", pages.paper),
        Route("/task/{task}/{ref}/notebook", pages.notebook),
        Route("/task/{task}/{ref}/names", pages.names, methods=["POST"]),
        Route("/task/{task}/{ref}/same", pages.same, methods=["POST"]),
        Route("/task/{task}/{ref}/{what}", pages.change, methods=["POST"]),
        Mount("/static", StaticFiles(directory=Path(__file__).parent / "static")),
    ]
    return Starlette(
        routes=[Mount(f"/{token}", routes=routes)],
        middleware=[Middleware(Guard, token=token)],
        exception_handlers={NotHere: _not_here, BadForm: _bad_form, CourseError: _bad_form},
    )


class Pages:
    """What is answered at each address."""

    def __init__(self, desk: Desk, token: str, whole: Whole, inbox: Inbox | None = None) -> None:
        self._desk = desk
        self._inbox = inbox
        self._whole = whole
        self._root = f"/{token}"
        self._templates = Environment(
            loader=PackageLoader("autograder.desk"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters.update(
            points=points,
            plain=plain,
            render=render,
            inline=render_inline,
            typed=as_typed,
            words=words,
            clock=_clock,
        )
        self._templates.globals.update(flags=FLAGS, difference=difference, root=self._root)

    def template(self, name: str, context: dict[str, Any]) -> str:
        """A page of the desk."""
        return self._templates.get_template(name).render(context)

    def start(self, request: Request) -> Response:
        """The first task that is not done."""
        progress = self._desk.progress()
        waiting = next((one for one in progress if one.done < one.total), progress[0])
        return RedirectResponse(f"{self._root}/task/{waiting.question.id}")

    def task(self, request: Request) -> Response:
        """The first open answer of a task after `?after=NUMBER`, or its first."""
        task = request.path_params["task"]
        papers = self._desk.papers(task)
        if not papers:
            raise NotHere(f"Nobody's answers to task {task} have been collected: run autograder grade.")
        after = request.query_params.get("after", "0")
        found = next_open(papers, int(after) if after.isdecimal() and len(after) < 10 else 0) or papers[0]
        return RedirectResponse(f"{self._root}/task/{task}/{found.ref}")

    def paper(self, request: Request) -> Response:
        """One answer and its rubric."""
        task, ref = request.path_params["task"], request.path_params["ref"]
        return self._page(task, ref)

    def notebook(self, request: Request) -> Response:
        """The whole notebook that an answer is from, open at its question."""
        task, ref = request.path_params["task"], request.path_params["ref"]
        paper = self._paper(task, ref)
        pieces = self._whole.pieces(paper.answer.student)
        here = next((at for at, piece in enumerate(pieces) if task in piece.tasks), 0)
        back = {"href": f"task/{task}/{ref}", "words": f"answer {paper.number} to {task}"}
        context = {"desk": self._desk, "back": back, "pieces": pieces, "here": here}
        return HTMLResponse(self.template("notebook.html.j2", context))

    def names(self, request: Request) -> Response:
        """Show the students' names, or hide them again."""
        self._desk.names = not self._desk.names
        return self._page(request.path_params["task"], request.path_params["ref"])

    async def change(self, request: Request) -> Response:
        """One key press on one answer."""
        form = await request.form()
        return await run_in_threadpool(self._change, request.path_params, form)

    async def same(self, request: Request) -> Response:
        """What this answer has, for all that are nearly the same."""
        form = await request.form()
        seen = {}
        for one in form.getlist("alike"):
            ref, _, version = str(one).partition(":")
            seen[ref] = _whole(version)
        return await run_in_threadpool(self._same, request.path_params, seen)

    def undo(self, request: Request) -> Response:
        """Take back what was done last in this task, and go there."""
        task = request.path_params["task"]
        came_from = request.query_params.get("from", "")
        try:
            papers = self._desk.undo(task)
        except Conflict as conflict:
            return self._page(task, came_from, conflict=conflict)
        if not papers:
            return self._page(task, came_from, said="There is nothing of yours left to undo.")
        there = next((paper.ref for paper in papers if paper.ref == came_from), papers[0].ref)
        more = f" on {len(papers)} answers" if len(papers) > 1 else ""
        response = self._page(task, there, said=f"Your last change{more} is undone.")
        response.headers["HX-Push-Url"] = f"{self._root}/task/{task}/{there}"
        return response

    def _change(self, where: dict[str, str], form: FormData) -> Response:
        task, ref, what = where["task"], where["ref"], where["what"]
        intent = self._intent(task, what, form)
        try:
            mark = self._desk.change(task, ref, _whole(_text(form, "version")), intent)
        except Conflict as conflict:
            draft = _text(form, "comment") if what == "comment" else None
            response = self._page(task, ref, conflict=conflict, draft=draft)
            response.headers.update({"HX-Retarget": "#desk", "HX-Reswap": "outerHTML"})
            return response
        return self._page(task, ref, said=self._said(task, what, mark))

    def _same(self, where: dict[str, str], seen: dict[str, int]) -> Response:
        task, ref = where["task"], where["ref"]
        try:
            count = self._desk.same_for_all(task, ref, seen)
        except Conflict as conflict:
            return self._page(task, ref, conflict=conflict)
        return self._page(task, ref, said=f"The same for {count} more.")

    def _intent(self, task: str, what: str, form: FormData) -> Callable[[Mark], Mark]:
        if what == "item":
            number, given = _whole(_text(form, "number")), form.get("given") == "1"
            if not 1 <= number <= len(self._desk.question(task).items):
                raise BadForm("There is no such item.")
            return lambda mark: marking.with_item(mark, number, given)
        if what == "all":
            return lambda mark: marking.with_all(mark, True)
        if what == "none":
            return lambda mark: marking.with_all(mark, False)
        if what == "points":
            value = self._points(task, _text(form, "points"))
            return lambda mark: marking.with_points(mark, value)
        if what == "flag":
            flagged = form.get("flagged") == "1"
            return lambda mark: mark.model_copy(update={"flagged": flagged})
        text = _text(form, "comment").replace("\r\n", "\n").strip()
        if len(text) > _MAX_COMMENT:
            raise BadForm(f"A comment has at most {_MAX_COMMENT:,} characters.")
        if what == "comment":
            return lambda mark: mark.model_copy(update={"comment": text})
        if what == "reuse":
            return lambda mark: marking.with_comment_added(mark, text)
        raise BadForm(f"The desk does not know how to do {what!r}.")

    def _points(self, task: str, text: str) -> float | None:
        if not text.strip():
            return None
        most = self._desk.question(task).points
        typed = _NUMBER.fullmatch(text.strip())
        value = round(float(typed[0].replace(",", ".")), 2) if typed else -1.0
        if not 0 <= value <= most:
            raise BadForm(f"Points are a number from 0 to {points(most)}.")
        return value

    def _said(self, task: str, what: str, mark: Mark) -> str:
        if what in ("comment", "reuse"):
            return "Comment saved."
        if what == "flag":
            return "Flagged." if mark.flagged else "No longer flagged."
        if mark.points is None:
            return "No points given yet."
        return f"{points(mark.points)} of {points(self._desk.question(task).points)} points saved."

    def _paper(self, task: str, ref: str) -> Paper:
        found = next((paper for paper in self._desk.papers(task) if paper.ref == ref), None)
        if found is None:
            raise NotHere("There is no such answer; it may have been handed in anew.")
        return found

    def _page(
        self,
        task: str,
        ref: str,
        said: str = "",
        conflict: Conflict | None = None,
        draft: str | None = None,
    ) -> Response:
        papers = self._desk.papers(task)
        paper = self._paper(task, ref)
        at = paper.number - 1
        context: dict[str, Any] = {
            "desk": self._desk,
            "question": self._desk.question(task),
            "progress": self._desk.progress(),
            "papers": papers,
            "paper": paper,
            "nearby": self._whole.nearby(paper.answer.student, task),
            "alike": [papers[number - 1] for number in paper.alike],
            "before": papers[at - 1] if at else None,
            "after": papers[at + 1] if at + 1 < len(papers) else None,
            "mark": self._desk.mark(task, paper),
            "history": self._desk.history(task, paper),
            "reusable": used_comments(papers),
            "said": said,
            "conflict": conflict,
            "draft": draft,
            "asked": self._inbox.asked() if self._inbox else None,
        }
        page = self.template("desk.html.j2", context)
        return HTMLResponse(page, 409 if conflict else 200)


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    if not isinstance(value, str):
        raise BadForm(f"{name} is no text.")
    return storable(value)


def _whole(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise BadForm(f"{text!r} is no whole number.")
    return int(text)


def _clock(time: str) -> str:
    """A time of the gradebook on the grader's own clock."""
    return datetime.fromisoformat(time).astimezone().strftime("%-d %b, %H:%M")


def _not_here(request: Request, error: Exception) -> Response:
    return PlainTextResponse(f"{error}\n", 404)


def _bad_form(request: Request, error: Exception) -> Response:
    return PlainTextResponse(f"{error}\n", 422)
