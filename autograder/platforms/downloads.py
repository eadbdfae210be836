"""What a platform's bulk download says of each student, by its form. Trusted side; runs nothing.

The forms are those of the platforms' documentation and code, and of exports at hand:

- Canvas: `lovelaceada_LATE_4711_99123_protonet-1.ipynb`, user and upload by number, all files side by side;
  `lovelaceada_4711_text.html` is what was typed there, `LATE_anon_a1B2c_99123_protonet.ipynb` hides the name.
- Moodle: a folder `Ada Lovelace_4711_assignsubmission_file_` for each participant, or files so named;
  `..._onlinetext_` is what was typed there. Some versions leave the last underscore out.
- Gradescope: a folder `submission_4711` for each, and `submission_metadata.yml` with all who handed it in.
- nbgrader: `submitted/<student>/<assignment>/`, with `timestamp.txt`.

Those with several attempts are in `dated_downloads`, GitHub Classroom's clones in `clones`.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.course.layout import CourseError
from autograder.results.class_list import Student, key_of
from autograder.submission.together import is_notebook
from autograder.submission.unpack import ignored

CANVAS = re.compile(
    r"(?P<who>(?:LATE_)?anon_(?P<anonymous>[A-Za-z0-9]+)|(?P<name>.+?)_(?:LATE_)?(?P<id>\d+))_"
    r"(?:(?P<upload>\d+)_|(?=(?:text|link)\.html$))(?P<file>.+)"
)
_AGAIN = re.compile(r"-[1-9]\d?(?=\.\w+$)")  # Canvas numbers what was handed in again, from 1 on
MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?P<kind>file|onlinetext)_?(?P<file>.*)")
METADATA = "submission_metadata.yml"


@dataclass(frozen=True)
class HandIn:
    """One student's files or their contents, by the names that the student gave; a folder's is empty."""

    student: Student
    files: Mapping[str, Path | bytes]


def canvas(download: Path, names: Sequence[str]) -> Iterator[HandIn]:
    """Canvas's files, all of which have its form."""
    for identity, found in _by_student(CANVAS, names, _on_canvas).items():
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
        again = any(bare.count(name) > 1 for name in bare if is_notebook(name))
        names_now = (
            bare
            if again
            else [
                one["file"] if bare.count(name) > 1 else name for one, name in zip(found, bare, strict=True)
            ]
        )
        by_upload = sorted(zip(found, names_now, strict=True), key=lambda pair: int(pair[0]["upload"] or 0))
        files = [(name, download / one.string) for one, name in by_upload]
        yield HandIn(entry, as_attempts(_one_of_each_name(files)))


def _one_of_each_name(files: Sequence[tuple[str, Path]]) -> list[tuple[str, dict[str, Path]]]:
    """The files in as many attempts as one name is there, as they were uploaded."""
    attempts: list[dict[str, Path]] = [{}]
    for name, path in files:
        if name in attempts[-1]:
            attempts.append({})
        attempts[-1][name] = path
    return [("", one) for one in attempts]


def as_attempts(attempts: Sequence[tuple[str, Mapping[str, Path]]]) -> dict[str, Path | bytes]:
    """The files of attempts, each a moment and files, in a folder for each where there are several."""
    if len(attempts) < 2:
        return {name: path for _, files in attempts for name, path in files.items()}
    return {
        f"attempt {number} {when}".rstrip() + f"/{name}".rstrip("/"): path
        for number, (when, files) in enumerate(attempts, 1)
        for name, path in files.items()
    }


def _on_canvas(found: re.Match[str]) -> str:
    return found["id"] or f"anon_{found['anonymous']}"


def moodle(download: Path, names: Sequence[str]) -> Iterator[HandIn]:
    """Moodle's folders or files, all of which have its form."""
    for identity, found in _by_student(MOODLE, names, lambda one: one["id"]).items():
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


def gradescope(download: Path) -> Iterator[HandIn]:
    """Gradescope's folders, by its metadata.

    Raises:
        CourseError: these are not what Gradescope writes.
    """
    import yaml

    fast = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # all results of a class stand in this file
    try:
        described = yaml.load((download / METADATA).read_text(encoding="utf-8"), fast)
        for folder, about in sorted(described.items()):
            if (download / folder).is_dir():
                for submitter in about[":submitters"] or [{}]:
                    yield HandIn(_submitted(folder, about, submitter), {"": download / folder})
    except (yaml.YAMLError, AttributeError, TypeError, KeyError, UnicodeDecodeError) as error:
        raise CourseError(f"{download / METADATA} is not what Gradescope writes.") from error


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


def _stamped(path: Path) -> str:
    """The moment in a file that lies among the student's own; nothing where it leads elsewhere."""
    if path.is_symlink() or not path.is_file():
        return ""
    with open(path, errors="replace") as file:
        return file.read(60).strip()


def nbgrader(folders: Sequence[Path], assignment: str) -> Iterator[HandIn]:
    """nbgrader's folders, one a student.

    Raises:
        CourseError: they hold several assignments, and nobody says which.
    """
    for path in folders:
        inside = sorted(one for one in path.iterdir() if one.is_dir() and not ignored(one.name))
        wanted = [one for one in inside if one.name == assignment] if assignment else inside
        if len(wanted) > 1:
            names = ", ".join(one.name for one in wanted)
            raise CourseError(f"{path} has several assignments ({names}): say which with --assignment.")
        for folder in wanted:
            when = _stamped(folder / "timestamp.txt")
            entry = Student(
                student=key_of(path.name),
                platform="nbgrader",
                identity=path.name,
                handed_in=when,
                prefix=path.name,
            )
            yield HandIn(entry, {"": folder})
