"""A platform's bulk download as one folder for each student. Trusted side; runs nothing, follows no link."""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from autograder.course.layout import CourseError
from autograder.platforms.clones import clones
from autograder.platforms.dated_downloads import (
    BLACKBOARD,
    BRIGHTSPACE,
    blackboard,
    brightspace,
    ilias,
    ilias_teams,
    is_member,
    is_team,
)
from autograder.platforms.downloads import (
    CANVAS,
    METADATA,
    MOODLE,
    HandIn,
    canvas,
    gradescope,
    moodle,
    nbgrader,
)
from autograder.results.class_list import Student, keys_in, write_roster
from autograder.submission.find import ROSTER
from autograder.submission.unpack import MAX_DEPTH, ignored, printable

_FOREIGN = ("index.html", "status.xlsx", "status.csv", "readme.md")  # that platforms put beside hand-ins
_PLATFORMS = "Canvas, Moodle, Gradescope, nbgrader, GitHub Classroom, Blackboard, Brightspace or ILIAS"


def take_in(
    download: Path,
    out: Path,
    assignment: str = "",
    until: datetime | str | None = None,
    listed: Sequence[Student] = (),
    tell: Callable[[str], object] = lambda sentence: None,
) -> list[Student]:
    """Copy what each student handed in to `out/<id>/`, and write `out/roster.json`: all of it or nothing.

    Args:
        assignment: which of nbgrader's assignments, where there are several; what the names of GitHub
            Classroom's repositories begin with.
        until: of clones, take the last commit before this moment, or this tag, branch or commit.
        listed: a class list; who has an extension in it has clones taken by that.
        tell: is told, a sentence each, what was left out or taken otherwise.

    Raises:
        CourseError: the folder has none of the forms, or `out` has something in it.
    """
    if not download.is_dir():
        raise CourseError(f"{download} is no folder: unpack the download first.")
    if out.exists() and any(out.iterdir()):
        raise CourseError(f"{out} is not empty: choose another folder.")

    def deadline(student: Student) -> datetime | str | None:
        due = _extension(student, listed)
        return max(until, due) if due and isinstance(until, datetime) else until

    found = recognised(download, assignment, deadline, tell)
    if not found:
        raise CourseError(
            f"{download} looks like no download of {_PLATFORMS}. "
            "A folder with a file or folder for each student needs no intake: grade it as it is."
        )
    if until is not None and found[0].student.platform != "github":
        raise CourseError("--until is for clones; a download says itself when something was handed in.")
    _insist_on_different_keys([one.student for one in found])
    out = out.resolve()
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f"{out.name}-") as folder:
        whole = Path(folder, out.name)
        whole.mkdir()
        for one in found:
            for name, path in one.files.items():
                _copy(path, whole / one.student.student / name)
        write_roster([one.student for one in found], whole / ROSTER)
        whole.replace(out)
    return [one.student for one in found]


def recognised(
    download: Path,
    assignment: str = "",
    until: Callable[[Student], datetime | str | None] = lambda student: None,
    tell: Callable[[str], object] = lambda sentence: None,
) -> list[HandIn]:
    """What each student handed in; nothing where the folder has none of the forms.

    A few files that do not have the form of the others are told, and left out.
    """
    entries = sorted(path for path in download.iterdir() if not ignored(path.name))
    if (download / METADATA).is_file():
        return list(gradescope(download))
    folders = [path for path in entries if path.is_dir()]
    if folders and all((path / ".git").exists() for path in folders):
        return list(clones(folders, assignment, until, tell))
    counted = [path for path in entries if path.name.lower() not in _FOREIGN]
    for form, read in (
        (lambda path: MOODLE.fullmatch(path.name), moodle),
        (lambda path: BLACKBOARD.fullmatch(path.name), blackboard),
        (lambda path: BRIGHTSPACE.fullmatch(path.name), brightspace),
        (is_team, ilias_teams),
        (is_member, ilias),
        (lambda path: path.is_file() and CANVAS.fullmatch(path.name), canvas),
    ):
        names = [path.name for path in counted if form(path)]
        strangers = [path for path in counted if path.name not in names]
        if len(names) > len(strangers) and all(path.is_file() for path in strangers):
            if strangers:
                tell(f"Nobody's, so left out: {', '.join(printable(path.name) for path in strangers)}.")
            return list(read(download, names))
    if download.name == "submitted":
        return list(nbgrader(folders, assignment))
    # What was unpacked into a folder of its own, perhaps with the platform's table beside it.
    return recognised(folders[0], assignment, until, tell) if len(folders) == 1 else []


def _extension(student: Student, listed: Sequence[Student]) -> datetime | None:
    key = keys_in(listed, [student], ())[student]
    return next((one.due for one in listed if one.student == key), None)


def _insist_on_different_keys(students: Sequence[Student]) -> None:
    first: dict[str, Student] = {}
    for one in students:
        if other := first.get(one.student.casefold()):
            raise CourseError(
                f"The download has {one.identity} twice, as {other.prefix} and as {one.prefix}: "
                "take one of them out."
            )
        first[one.student.casefold()] = one


def _copy(path: Path | bytes, to: Path) -> None:
    """Links stay links, and are refused later with a sentence."""
    if isinstance(path, Path) and path.is_dir():
        stamps = ("timestamp.txt", "submission_secret.txt")  # nbgrader's
        unwanted = shutil.ignore_patterns(".*", "__pycache__", *stamps)

        def left_out(here: str, names: list[str]) -> set[str]:
            too_deep = len(Path(here).relative_to(path).parts) > MAX_DEPTH  # there may be no end to them
            return set(names) if too_deep else unwanted(here, names)

        shutil.copytree(path, to, symlinks=True, ignore=left_out, dirs_exist_ok=True)
        return
    to.parent.mkdir(parents=True, exist_ok=True)
    to = to.with_name(printable(to.name))
    if isinstance(path, bytes):
        to.write_bytes(path)
    else:
        shutil.copyfile(path, to, follow_symlinks=False)
