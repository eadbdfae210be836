"""Where a results folder's gradebook is. Trusted side.

Beside the results lies `gradebook.sqlite`. Where a grading named another database, `gradebook.url` says
which, without the password: that comes from the environment (`PGPASSWORD`) or `~/.pgpass`.
"""

import os
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from autograder.course.layout import CourseError
from autograder.gradebook.book import Gradebook, open_gradebook


def gradebook_of(directory: Path, url: str | None = None) -> Gradebook:
    """The gradebook of the results in `directory`: its own, or a new one, at `url` or in the folder.

    Raises:
        CourseError: it cannot be opened, or the folder has another one than that at `url`.
    """
    here = _address(directory)
    if url is None:
        if not directory.is_dir():
            raise CourseError(f"{directory} is no folder with results: grade first.")
        return open_gradebook(here or _file(directory))
    asked = _without_password(url)
    if here not in (None, asked):
        raise CourseError(
            f"{directory} has its gradebook at {here}, not at {asked}: leave --gradebook out. To move it, "
            f"write it out (autograder gradebook show {directory} --json > book.json), take away "
            "gradebook.sqlite or gradebook.url there, and take it in at the new place (gradebook merge)."
        )
    book = open_gradebook(url)
    if password := make_url(url).password:
        os.environ["PGPASSWORD"] = str(password)  # where this process opens the same one again
    if here is None:
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "gradebook.url").write_text(asked + "\n", encoding="utf-8")
    return book


def existing_gradebook(directory: Path) -> Gradebook | None:
    """The folder's gradebook if it has one."""
    here = _address(directory)
    return open_gradebook(here) if here else None


def _address(directory: Path) -> str | None:
    """Where the folder's gradebook is, if it has one."""
    note = directory / "gradebook.url"
    if note.exists():
        return note.read_text(encoding="utf-8").strip()
    return _file(directory) if (directory / "gradebook.sqlite").exists() else None


def _file(directory: Path) -> str:
    return f"sqlite:///{(directory / 'gradebook.sqlite').resolve()}"


def _without_password(url: str) -> str:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise CourseError(f"{url} is no database address: {error}") from error
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        parsed = parsed.set(database=str(Path(parsed.database).resolve()))
    return parsed._replace(password=None).render_as_string(hide_password=False)
