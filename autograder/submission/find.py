"""From what lies on disk to submissions: who handed in, and what. Trusted side, hostile input.

A file or folder always becomes a row: what cannot be read has a sentence that says why. Nobody is dropped.
"""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from autograder.course.layout import CourseError
from autograder.submission import Cell, Submission
from autograder.submission.extract import Policy, UnreadableError, cells_from_python, read_notebook
from autograder.submission.unpack import contents, ignored, printable

_OTTER_TEST = re.compile(r"(.*/)?tests/\d+(\.\d+)?[a-z]?\.py")  # of the bundle that students get
ROSTER = "roster.json"  # beside the submissions, where a platform's download was taken in
_MAX_NAME = 60  # characters of a student's name; four bytes each still fit a file name


@dataclass(frozen=True)
class Found:
    """One submission on disk. `student` is unique among those found, and fit for a file name."""

    path: Path
    student: str


def find_submissions(paths: Sequence[Path], policy: Policy, given: Collection[str] = ()) -> list[Found]:
    """All submissions at `paths`, by path.

    A file is a submission. A folder is a collection: each file and folder in it is a submission, except for
    hidden ones, caches, a roster and the lab's given helpers. One kind of folder is a submission itself: that
    in which a single notebook, named like the assignment, is all that could be one.

    Args:
        given: names of the files that every student has.

    Raises:
        CourseError: a path does not exist.
    """
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise CourseError(f"{path} does not exist.")
        if path.is_dir() and not _is_submission(path, policy, given):
            found += [entry for entry in sorted(path.iterdir()) if not _nobodys(entry, given)]
        else:
            found.append(path)
    names = {"index"}  # the class page's own name, in the folder of reports
    return [Found(path, unique(_student(path), names)) for path in dict.fromkeys(found)]


def read_submission(handed_in: Path | Found, policy: Policy, given: Collection[str]) -> Submission:
    """Read a notebook, a `.py` file, a folder or a zip; never raises, whatever lies there.

    Of several notebooks the one named like the assignment counts. Without a notebook all `.py` files but the
    given ones are run, by name. Everything else, with paths relative to the notebook, is in `files`.

    Args:
        given: names of the files that every student has: the lab's own are used instead.
    """
    found = handed_in if isinstance(handed_in, Found) else Found(handed_in, _student(handed_in))
    name = printable(found.path.absolute().name)
    try:
        everything = contents(found.path)
    except UnreadableError as error:
        return Submission(found.student, name, _digest_unread(found.path), problem=str(error))
    digest = _digest(everything)
    try:
        cells, written, files = _read(_own(everything, given), name, policy)
    except UnreadableError as error:
        return Submission(found.student, name, digest, problem=str(error))
    if not any(written.values()) and not any(cell.source.strip() for cell in cells):
        problem = f"{name} has neither code nor answers in it."
        return Submission(found.student, name, digest, written=written, problem=problem)
    return Submission(found.student, name, digest, cells, written, files)


def read_documents(
    handed_in: Path, sha256: str, policy: Policy, given: Collection[str]
) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """What a student wrote, as it was handed in: the notebook, or all `.py` files by path; and other files.

    Raises:
        UnreadableError: it cannot be read, or it is no longer what `sha256` was of.
    """
    name = printable(handed_in.absolute().name)
    everything = contents(handed_in)
    if _digest(everything) != sha256:
        raise UnreadableError(f"{name} is not what it was when it was graded.")
    work = _own(everything, given)
    notebooks = [path for path in work if path.lower().endswith(".ipynb")]
    if not notebooks:
        return {path: data for path, data in work.items() if path.lower().endswith(".py")}, work
    chosen = _chosen(notebooks, name, policy)
    others = {path: data for path, data in work.items() if path != chosen}
    return {chosen: work[chosen]}, _beside(PurePosixPath(chosen).parent, others)


def _own(everything: Mapping[str, bytes], given: Collection[str]) -> dict[str, bytes]:
    """Without what every student has."""
    return {
        path: data
        for path, data in everything.items()
        if not _is_given(path, given) and not _OTTER_TEST.fullmatch(path)
    }


def _is_given(path: str, given: Collection[str]) -> bool:
    """Whether this is a file that every student has, by its name and, in a package, that of its folder."""
    return any(PurePosixPath(path).match(name) for name in given)


def _read(
    work: Mapping[str, bytes], name: str, policy: Policy
) -> tuple[tuple[Cell, ...], dict[str, str], dict[str, bytes]]:
    """Cells, written answers and other files."""
    notebooks = [path for path in work if path.lower().endswith(".ipynb")]
    if notebooks:
        chosen = _chosen(notebooks, name, policy)
        cells, written = read_notebook(work[chosen], printable(PurePosixPath(chosen).name), policy)
        if policy.assignment:
            # Errors name the notebook as everybody knows it, whatever the learning platform made of its name.
            cells = tuple(replace(cell, file=f"{policy.assignment}.ipynb") for cell in cells)
        others = {path: data for path, data in work.items() if path != chosen}
        return cells, written, _beside(PurePosixPath(chosen).parent, others)
    modules = [path for path in work if path.lower().endswith(".py")]
    if not modules:
        raise UnreadableError(f"{name} holds no notebook and no .py file of the student's own.")
    cells = tuple(cell for path in modules for cell in cells_from_python(work[path], path, policy))
    # A module may import another, so all of them lie in the working folder, too.
    others = dict(work) if len(work) > 1 else {}
    return cells, {}, _beside(PurePosixPath(modules[0]).parent, others)


def _chosen(notebooks: Sequence[str], name: str, policy: Policy) -> str:
    if len(notebooks) == 1:
        return notebooks[0]
    named = [path for path in notebooks if _named_like(PurePosixPath(path).stem, policy)]
    if len(named) == 1:
        return named[0]
    shown = ", ".join(notebooks[:3]) + (", ..." if len(notebooks) > 3 else "")
    raise UnreadableError(
        f"{name} holds {len(notebooks)} notebooks ({shown}), and it is unclear which one counts: "
        f"hand in one, named {policy.assignment or 'like the assignment'}.ipynb."
    )


def _named_like(stem: str, policy: Policy) -> bool:
    return bool(policy.assignment) and stem.casefold() == policy.assignment.casefold()


def _beside(folder: PurePosixPath, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files with paths relative to `folder`; what lies elsewhere keeps its own, and yields to these."""
    beside: dict[str, bytes] = {}
    for path, data in files.items():
        if PurePosixPath(path).is_relative_to(folder):
            beside[PurePosixPath(path).relative_to(folder).as_posix()] = data
    taken = set(beside) | {above for path in beside for above in _folders(path)}
    inside = set(beside)
    for path, data in files.items():
        elsewhere = not PurePosixPath(path).is_relative_to(folder)
        if elsewhere and path not in taken and inside.isdisjoint(_folders(path)):
            beside[path] = data
    return dict(sorted(beside.items()))


def _folders(path: str) -> list[str]:
    return [above.as_posix() for above in PurePosixPath(path).parents]


def _is_submission(folder: Path, policy: Policy, given: Collection[str]) -> bool:
    candidates = [
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in (".ipynb", ".py", ".zip")
        and not any(ignored(part) for part in path.relative_to(folder).parts)
        and not _is_given(path.as_posix(), given)
        and not _OTTER_TEST.fullmatch(path.relative_to(folder).as_posix())
    ]
    return (
        len(candidates) == 1
        and candidates[0].parent == folder
        and candidates[0].suffix.lower() == ".ipynb"
        and _named_like(candidates[0].stem, policy)
    )


def _nobodys(entry: Path, given: Collection[str]) -> bool:
    beside = entry.name == ROSTER or entry.name in given
    return ignored(entry.name) or (beside and not entry.is_dir())


def _student(path: Path) -> str:
    path = path.absolute()
    return student_name(path.name if path.is_dir() else path.stem)


def student_name(text: str) -> str:
    """The name of a row: letters (of any script), digits and `. - _`, words apart by one space."""
    kept = re.sub(r"[^\w\s.-]", "_", unicodedata.normalize("NFC", printable(re.sub(r"\s+", " ", text))))
    return kept.strip(" .")[:_MAX_NAME].strip(" .") or "unnamed"


def unique(name: str, taken: set[str]) -> str:
    """`name`, or `name-2`, ...; file systems that do not tell upper from lower case count."""
    free, number = name, 1
    while free.casefold() in taken:
        number += 1
        free = f"{name}-{number}"
    taken.add(free.casefold())
    return free


def _digest(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for path, data in sorted(files.items()):
        digest.update(f"{len(path.encode())} {len(data)} {path}".encode() + data)
    return digest.hexdigest()


def _digest_unread(path: Path) -> str:
    """A digest of what could not be read, so that another attempt is seen to be another one."""
    try:
        if path.is_file():
            with open(path, "rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        entries = [(str(entry), entry.lstat()) for entry in sorted(path.rglob("*"))]
    except OSError:
        entries = []
    listing = "".join(f"{name!r} {info.st_size} {info.st_mtime_ns}\n" for name, info in entries)
    return hashlib.sha256(listing.encode()).hexdigest()
