"""Where a results folder's gradebook is. Trusted side.

Beside the results lies `gradebook.sqlite`. Where a grading named another database, `gradebook.url` says
which, without the password: that comes from the environment (`PGPASSWORD`) or `~/.pgpass`.
"""

import os
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from autograder.course import CourseError
from autograder.gradebook.book import Gradebook, open_gradebook


def gradebook_of(directory: Path, url: str | None = None) -> Gradebook:
    """The gradebook of the results in `directory`: at `url`, else where it was before, else in the folder.

    Raises:
        CourseError: it cannot be opened.
    """
    if url is None:
        return open_gradebook(_remembered(directory) or _own(directory))
    directory.mkdir(parents=True, exist_ok=True)
    book = open_gradebook(url)
    if password := make_url(url).password:
        os.environ["PGPASSWORD"] = str(password)  # where this process opens the same one again
    if url != _remembered(directory):
        (directory / "gradebook.url").write_text(_without_password(url) + "\n", encoding="utf-8")
    return book


def existing_gradebook(directory: Path) -> Gradebook | None:
    """The folder's gradebook if it has one."""
    if _remembered(directory) or (directory / "gradebook.sqlite").exists():
        return gradebook_of(directory)
    return None


def _own(directory: Path) -> str:
    if not directory.is_dir():
        raise CourseError(f"{directory} is no folder with results: grade first.")
    return f"sqlite:///{(directory / 'gradebook.sqlite').resolve()}"


def _remembered(directory: Path) -> str | None:
    try:
        return (directory / "gradebook.url").read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None


def _without_password(url: str) -> str:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise CourseError(f"{url} is no database address: {error}") from error
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        parsed = parsed.set(database=str(Path(parsed.database).resolve()))
    return parsed._replace(password=None).render_as_string(hide_password=False)
