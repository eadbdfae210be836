"""A graded class, and a browser to sit at the desk with."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.commands import run
from tests.desk.classroom import LAB, Opened, make_class, make_course
from tests.gradebook.conftest import new_url, postgresql  # noqa: F401 - fixtures

Visit = Callable[..., Any]
OpenDesk = Callable[..., Opened]


@pytest.fixture(scope="session")
def reading_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_course(tmp_path_factory.mktemp("reading"))


@pytest.fixture(scope="session")
def graded_once(reading_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty submissions, graded; the written answers wait. To be copied, not to be changed."""
    folder = tmp_path_factory.mktemp("class")
    make_class(reading_course, folder / "class")
    ran = run(reading_course, "grade", LAB, folder / "class", "--out", folder / "graded")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return folder


@pytest.fixture
def graded(graded_once: Path, tmp_path: Path) -> Path:
    """A copy of the graded class."""
    return shutil.copytree(graded_once / "graded", tmp_path / "graded")


@pytest.fixture
def open_desk(reading_course: Path, graded: Path) -> Iterator[OpenDesk]:
    """Opens desks on the graded class."""
    opened: list[Opened] = []

    def open_one(author: str = "ann", *more: str) -> Opened:
        opened.append(Opened(reading_course, graded, author, *more))
        return opened[-1]

    yield open_one
    for one in opened:
        one.kill()


@pytest.fixture
def visit(chromium: Any) -> Iterator[Visit]:
    """Opens pages; at the end, none of them may have had an error or asked anybody else for anything."""
    contexts, wrong = [], []

    def open_page(url: str, **settings: Any) -> Any:
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **settings})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
        page.on(
            "request", lambda asked: None if _ours(asked.url, url) else wrong.append(f"asked {asked.url}")
        )
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not wrong


def _ours(asked: str, url: str) -> bool:
    return asked.startswith((url[: url.index("/", 8)] + "/", "data:"))
