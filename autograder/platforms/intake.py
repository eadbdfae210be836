"""A platform's bulk download as one folder for each student. Trusted side; runs nothing, follows no link.

The forms are those of the platforms' documentation and code, and of exports at hand:

- Canvas: `lovelaceada_LATE_4711_99123_protonet-1.ipynb`, user and upload by number, all files side by side;
  `lovelaceada_4711_text.html` is what was typed there, `LATE_anon_a1B2c_99123_protonet.ipynb` hides the name.
- Moodle: a folder `Ada Lovelace_4711_assignsubmission_file_` for each participant, or files so named;
  `..._onlinetext_` is what was typed there. Some versions leave the last underscore out.
- Gradescope: a folder `submission_4711` for each, and `submission_metadata.yml` with all who handed it in.
- nbgrader: `submitted/<student>/<assignment>/`, with `timestamp.txt`.
- GitHub Classroom: a clone `protonet-ada` for each user.
"""

import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.course.layout import CourseError
from autograder.results.class_list import Student, key_of, write_roster
from autograder.submission.find import ROSTER
from autograder.submission.unpack import ignored, printable

_CANVAS = re.compile(
    r"(?P<who>(?:LATE_)?anon_(?P<anonymous>[A-Za-z0-9]+)|(?P<name>.+?)_(?:LATE_)?(?P<id>\d+))_"
    r"(?:\d+_|(?=(?:text|link)\.html$))(?P<file>.+)"
)
_AGAIN = re.compile(r"-[1-9]\d?(?=\.\w+$)")  # Canvas numbers what was handed in again, from 1 on
_MOODLE = re.compile(r"(?P<name>.+)_(?P<id>\d+)_assignsubmission_(?P<kind>file|onlinetext)_?(?P<file>.*)")
_METADATA = "submission_metadata.yml"


@dataclass(frozen=True)
class HandIn:
    """One student's files, by the names that the student gave them; a folder's name is empty."""

    student: Student
    files: Mapping[str, Path]


def take_in(download: Path, out: Path, assignment: str = "") -> list[Student]:
    """Copy what each student handed in to `out/<id>/`, and write `out/roster.json`.

    Args:
        assignment: which of nbgrader's assignments, where there are several; what the names of GitHub
            Classroom's repositories begin with.

    Raises:
        CourseError: the folder has none of the forms, or `out` has something in it.
    """
    if not download.is_dir():
        raise CourseError(f"{download} is no folder: unpack the download first.")
    if out.exists() and any(out.iterdir()):
        raise CourseError(f"{out} is not empty: choose another folder.")
    found = recognised(download, assignment)
    if not found:
        raise CourseError(
            f"{download} looks like no download of Canvas, Moodle, Gradescope, nbgrader or GitHub Classroom. "
            "A folder with a file or folder for each student needs no intake: grade it as it is."
        )
    _insist_on_different_keys([one.student for one in found])
    for one in found:
        for name, path in one.files.items():
            _copy(path, out / one.student.student / name)
    out.mkdir(parents=True, exist_ok=True)
    write_roster([one.student for one in found], out / ROSTER)
    return [one.student for one in found]


def _insist_on_different_keys(students: Sequence[Student]) -> None:
    first: dict[str, Student] = {}
    for one in students:
        if other := first.get(one.student.casefold()):
            raise CourseError(
                f"The download has {one.identity} twice, as {other.prefix} and as {one.prefix}: "
                "take one of them out."
            )
        first[one.student.casefold()] = one


def recognised(download: Path, assignment: str = "") -> list[HandIn]:
    """What each student handed in; nothing where the folder has none of the forms."""
    entries = sorted(path for path in download.iterdir() if not ignored(path.name))
    files, folders = [path for path in entries if path.is_file()], [path for path in entries if path.is_dir()]
    if (download / _METADATA).is_file():
        return list(_gradescope(download))
    names = [path.name for path in entries]
    if names and all(map(_MOODLE.fullmatch, names)):
        return list(_moodle(download, names))
    if files and not folders and all(map(_CANVAS.fullmatch, names)):
        return list(_canvas(download, names))
    if folders and all((path / ".git").exists() for path in folders):
        return list(_github(folders, assignment))
    return list(_nbgrader(folders, assignment)) if download.name == "submitted" else []


def _canvas(download: Path, names: Sequence[str]) -> Iterator[HandIn]:
    for identity, found in _by_student(_CANVAS, names, _on_canvas).items():
        first = max(
            found, key=lambda one: one.start("file")
        )  # an upload, if there is one: feedback goes there
        entry = Student(
            student=key_of(identity),
            platform="canvas",
            identity=identity,
            name=first["name"] or identity,
            late=any("LATE_" in one["who"] for one in found),
            prefix=first.string[: first.start("file")],
        )
        bare = [_AGAIN.sub("", one["file"]) for one in found]
        # Two files of one student that differ in such a number alone were called so by the student.
        kept = [one["file"] if bare.count(name) > 1 else name for one, name in zip(found, bare, strict=True)]
        yield HandIn(entry, {name: download / one.string for one, name in zip(found, kept, strict=True)})


def _on_canvas(found: re.Match[str]) -> str:
    return found["id"] or f"anon_{found['anonymous']}"


def _moodle(download: Path, names: Sequence[str]) -> Iterator[HandIn]:
    for identity, found in _by_student(_MOODLE, names, lambda one: one["id"]).items():
        first = min(found, key=lambda one: one["kind"])  # feedback goes back to files, if there are any
        hidden = first["name"] == "Participant"
        entry = Student(
            student=key_of(identity),
            platform="moodle",
            identity=identity,
            name=f"Participant {identity}" if hidden else first["name"],
            prefix=first.string[: first.start("file")],
        )
        kept = [one["file"] or one["kind"].removeprefix("file") for one in found]
        yield HandIn(entry, {name: download / one.string for one, name in zip(found, kept, strict=True)})


def _by_student(
    form: re.Pattern[str], names: Sequence[str], who: Callable[[re.Match[str]], str]
) -> dict[str, list[re.Match[str]]]:
    """What each student has of `names`, all of which have the `form`."""
    students: dict[str, list[re.Match[str]]] = {}
    for found in filter(None, map(form.fullmatch, names)):
        students.setdefault(who(found), []).append(found)
    return students


def _gradescope(download: Path) -> Iterator[HandIn]:
    import yaml

    fast = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # all results of a class stand in this file
    try:
        described = yaml.load((download / _METADATA).read_text(encoding="utf-8"), fast)
        for folder, about in sorted(described.items()):
            if (download / folder).is_dir():
                for submitter in about[":submitters"] or [{}]:
                    yield HandIn(_submitted(folder, about, submitter), {"": download / folder})
    except (yaml.YAMLError, AttributeError, TypeError, KeyError, UnicodeDecodeError) as error:
        raise CourseError(f"{download / _METADATA} is not what Gradescope writes.") from error


def _submitted(folder: str, about: Mapping[str, Any], submitter: Mapping[str, Any]) -> Student:
    identity = str(submitter.get(":sid") or submitter.get(":email") or folder)
    return Student(
        student=key_of(identity),
        platform="gradescope",
        identity=identity,
        name=str(submitter.get(":name") or ""),
        email=str(submitter.get(":email") or ""),
        handed_in=str(about.get(":created_at") or ""),
        prefix=folder,
    )


def _github(folders: Sequence[Path], assignment: str) -> Iterator[HandIn]:
    """Nothing says where the lab ends and a login begins: unless a person does, all of the name is the id."""
    for path in folders:
        identity = path.name.removeprefix(f"{assignment}-") if assignment else path.name
        yield HandIn(
            Student(student=key_of(identity), platform="github", identity=identity, prefix=path.name),
            {"": path},
        )


def _nbgrader(folders: Sequence[Path], assignment: str) -> Iterator[HandIn]:
    for path in folders:
        inside = sorted(one for one in path.iterdir() if one.is_dir() and not ignored(one.name))
        wanted = [one for one in inside if one.name == assignment] if assignment else inside
        if len(wanted) > 1:
            names = ", ".join(one.name for one in wanted)
            raise CourseError(f"{path} has several assignments ({names}): say which with --assignment.")
        for folder in wanted:
            stamp = folder / "timestamp.txt"
            when = stamp.read_text(errors="replace").strip()[:60] if stamp.is_file() else ""
            entry = Student(
                student=key_of(path.name),
                platform="nbgrader",
                identity=path.name,
                handed_in=when,
                prefix=path.name,
            )
            yield HandIn(entry, {"": folder})


def _copy(path: Path, to: Path) -> None:
    """Links stay links, and are refused later with a sentence."""
    if path.is_dir():
        left_out = shutil.ignore_patterns(".*", "__pycache__", "timestamp.txt")
        shutil.copytree(path, to, symlinks=True, ignore=left_out, dirs_exist_ok=True)
    else:
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, to.with_name(printable(to.name)), follow_symlinks=False)
