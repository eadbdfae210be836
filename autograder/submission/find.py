"""From what lies on disk to submissions: who handed in, and what. Trusted side, hostile input.

A file or folder always becomes a row: what cannot be read has a sentence that says why. Nobody is dropped.
"""

import hashlib
import os
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from errno import ENOENT
from pathlib import Path, PurePosixPath

from autograder.course.layout import CourseError
from autograder.submission import Form, Submission
from autograder.submission.attempts import Attempt, attempts_in
from autograder.submission.choosing import chosen_of, notebooks_of, nothing_to_grade
from autograder.submission.document import key_of
from autograder.submission.extract import Work, read_notebook, read_script
from autograder.submission.kinds import UnreadableError, what_it_is_by_name
from autograder.submission.newer import newer_python
from autograder.submission.policy import Policy
from autograder.submission.remarks import defined_twice, weights_twice
from autograder.submission.together import (
    WEIGHTS,
    beside,
    grouped,
    is_attempt,
    is_notebook,
    is_untitled,
    is_work,
    named_like,
    stem_of,
)
from autograder.submission.unpack import (
    below,
    can_be_written,
    contents,
    ignored,
    insist_on_size,
    printable,
    room_beside,
    unzipped,
)
from autograder.submission.written import Written

_OTTER_TEST = re.compile(r"(.*/)?tests/\d+(\.\d+)?[a-z]?\.py")  # of the bundle that students get
_PLACEHOLDERS = ".*.icloud"
ROSTER = "roster.json"  # beside the submissions, where a platform's download was taken in
_MAX_NAME = 60  # characters of a student's name; four bytes each still fit a file name
_IN_NAMES = " .-_'’ʼ`,()&+@·‐–"  # beside letters and digits; none of them means anything in a path


@dataclass(frozen=True)
class Found:
    """One submission on disk. `student` is unique among those found, and fit for a file name.

    `attempt` is the one that counts, by its name, where a rule chose it; without, the last one does.
    """

    path: Path
    student: str
    attempt: str = ""


def find_submissions(paths: Sequence[Path], policy: Policy, given: Collection[str] = ()) -> list[Found]:
    """All submissions at `paths`, by path.

    A file is a submission. A folder is a collection: each folder in it is a submission, and so is each file
    that holds work, with the files that are named after it. One student's own folder is a submission itself.

    Args:
        given: names of the files that every student has.

    Raises:
        CourseError: a path does not exist.
    """
    found: list[tuple[Path, str]] = []
    for path in paths:
        if not path.exists():
            raise CourseError(f"{path} does not exist.")
        if not path.is_dir():
            found.append((path, _student(path)))
            continue
        entries = _entries(path, given)
        if alone := _one_students(path, entries, policy, given):
            found.append((path, alone))
        else:
            groups = grouped(entry.name for entry in entries if not entry.is_dir())
            found += [(entry, _student(entry)) for entry in entries if entry.is_dir() or entry.name in groups]
    names = {"index"}  # the class page's own name, in the folder of reports
    return [Found(path, unique(student, names)) for path, student in dict(found).items()]


def left_out(paths: Sequence[Path], policy: Policy, given: Collection[str] = ()) -> list[str]:
    """What lies in folders of submissions and is none, each with what it is; nobody's row stands for it."""
    told = []
    for path in paths:
        entries = _entries(path, given) if path.is_dir() else []
        if not _one_students(path, entries, policy, given):
            groups = grouped(entry.name for entry in entries if not entry.is_dir())
            nobodys = [*groups.get("", []), *(entry.name for entry in path.glob(_PLACEHOLDERS))]
            told += [what_it_is_by_name(printable(name)) for name in nobodys]
    return told


def read_submission(handed_in: Path | Found, policy: Policy, given: Collection[str]) -> Submission:
    """Read a notebook, a `.py` file, a folder or a zip, whatever lies there.

    Of several notebooks the one named like the assignment counts. Without a notebook all `.py` files but the
    given ones are run, by name. Everything else, with paths relative to the notebook, is in `files`.

    Args:
        given: names of the files that every student has: the lab's own are used instead.

    Raises:
        FileNotFoundError: nothing lies there any more, which is not the student's fault.
    """
    found = handed_in if isinstance(handed_in, Found) else Found(handed_in, _student(handed_in))
    name = printable(found.path.absolute().name)
    try:
        everything = _everything(found.path)
    except UnreadableError as error:
        if isinstance(error.__cause__, OSError) and not found.path.exists():
            raise FileNotFoundError(ENOENT, os.strerror(ENOENT), str(found.path)) from error
        return Submission(found.student, name, _digest_unread(found.path), problem=str(error))
    attempt = _attempt(_own(everything, given), found.attempt)
    everything = dict(attempt.files) if attempt else everything
    digest = _digest(everything)
    try:
        work, files = _read(_own(everything, given), name, policy)
    except UnreadableError as error:
        return Submission(found.student, name, digest, problem=str(error))
    written = work.written.answers
    if not any(written.values()) and not any(cell.source.strip() for cell in work.cells):
        problem = f"{name} has neither code nor answers in it."
        return Submission(found.student, name, digest, written=written, problem=problem)
    made = {
        path: data for path, data in work.files.items() if not _is_given(path, given) and can_be_written(path)
    }
    form = _form(work, policy)
    which = [attempt.counts("best" if found.attempt else "last")] if attempt else []
    form = replace(form, notes=(*which, *weights_twice(files), *form.notes))
    files = {path: data for path, data in files.items() if path not in made}
    return Submission(
        found.student, name, digest, work.cells, written, files | room_beside(files, made), form=form
    )


def attempts_at(path: Path, given: Collection[str]) -> list[Attempt]:
    """The attempts in what a student handed in, the last one at the end; none where there is one alone."""
    try:
        return attempts_in(_own(_everything(path), given))
    except UnreadableError:
        return []


def read_documents(
    handed_in: Path, sha256: str, policy: Policy, given: Collection[str]
) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """What a student wrote, as it was handed in: the notebook, or all `.py` files by path; and other files.

    Raises:
        UnreadableError: it cannot be read, or it is no longer what `sha256` was of.
    """
    name = printable(handed_in.absolute().name)
    everything = _everything(handed_in)
    same = [
        one
        for one in (everything, *(a.files for a in attempts_in(_own(everything, given))))
        if _digest(one) == sha256
    ]
    if not same:
        raise UnreadableError(f"{name} is not what it was when it was graded.")
    work = _own(same[0], given)
    if not (notebooks := notebooks_of(work)):
        return {path: data for path, data in work.items() if path.lower().endswith(".py")}, work
    chosen = chosen_of(notebooks, name, policy).path
    others = {path: data for path, data in work.items() if path != chosen}
    return {chosen: work[chosen]}, _beside(PurePosixPath(chosen).parent, others)


def _everything(path: Path) -> dict[str, bytes]:
    """All files of a hand-in by path: those in it, those named after it, and those in a zip beside them.

    Raises:
        UnreadableError: it cannot be read.
    """
    files = contents(path)
    if path.is_file():
        for other in beside(path):
            files |= room_beside(files, contents(other))
            insist_on_size(files, printable(path.name))
    zips = [inner for inner in files if inner.lower().endswith(".zip")] if notebooks_of(files) else []
    for zipped in zips:
        with suppress(UnreadableError):  # what cannot be read beside the work takes nothing from it
            folder = PurePosixPath(zipped).parent
            packed = unzipped(files[zipped], of=len(zips))
            inside = {(folder / inner).as_posix(): data for inner, data in packed.items()}
            inside = {inner: data for inner, data in inside.items() if not is_notebook(inner)}
            files |= room_beside(files, inside)
    if path.is_dir() and not files:  # what is left where a cloud has the file
        files = {printable(hidden.name): b"" for hidden in path.glob(_PLACEHOLDERS)}
    return dict(sorted(files.items()))


def _attempt(files: Mapping[str, bytes], name: str) -> Attempt | None:
    """The attempt of this name, or the last one; `None` where the files are of one alone."""
    attempts = attempts_in(files)
    return next((one for one in attempts if one.name == name), attempts[-1] if attempts else None)


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


def _read(work: Mapping[str, bytes], name: str, policy: Policy) -> tuple[Work, dict[str, bytes]]:
    """What there is to run and to read, and the other files."""
    if notebooks := notebooks_of(work):
        choice = chosen_of(notebooks, name, policy)
        chosen = choice.path
        read = read_notebook(work[chosen], printable(PurePosixPath(chosen).name), policy)
        read = replace(read, notes=choice.notes)
        if policy.assignment:
            # Errors name the notebook as everybody knows it, whatever the learning platform made of its name.
            file = f"{policy.assignment}.ipynb"
            read = replace(read, cells=tuple(replace(cell, file=file) for cell in read.cells))
        others = {path: data for path, data in work.items() if path != chosen}
        return read, _beside(PurePosixPath(chosen).parent, others)
    modules = [path for path in work if path.lower().endswith(".py")]
    if not modules:
        raise UnreadableError(nothing_to_grade(name, work))
    scripts = [read_script(work[path], path, policy) for path in modules]
    answers = {task: text for one in scripts for task, text in one.written.answers.items() if text}
    empty = {task: text for one in scripts for task, text in one.written.answers.items()}
    nearby = {task: text for one in scripts for task, text in one.written.nearby.items()}
    # A module may import another, so all of them lie in the working folder, too.
    others = dict(work) if len(work) > 1 else {}
    cells = tuple(cell for one in scripts for cell in one.cells)
    return Work(cells, Written(empty | answers, nearby)), _beside(PurePosixPath(modules[0]).parent, others)


def _form(work: Work, policy: Policy) -> Form:
    """What explains code that did not run or that ran twice, and words in no answer."""
    file = work.cells[0].file if work.cells else ""
    newer = {cell.label: found[1] for cell in work.cells if (found := newer_python(cell.source))}
    own = [cell for cell in work.cells if key_of(cell.source) not in policy.stubs]
    return Form(
        remarks=dict(work.remarks) | newer,
        places={task: f"{file}, cell {number}" for task, number in work.numbers.items()},
        notes=(*work.notes, *defined_twice(own)),
        nearby=work.written.nearby,
    )


def _beside(folder: PurePosixPath, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files with paths relative to `folder`; what lies elsewhere keeps its own, and yields to these."""
    near: dict[str, bytes] = {}
    for path, data in files.items():
        if PurePosixPath(path).is_relative_to(folder):
            near[PurePosixPath(path).relative_to(folder).as_posix()] = data
    taken = set(near) | {above for path in near for above in _folders(path)}
    inside = set(near)
    for path, data in files.items():
        elsewhere = not PurePosixPath(path).is_relative_to(folder)
        if elsewhere and path not in taken and inside.isdisjoint(_folders(path)):
            near[path] = data
    return dict(sorted(near.items()))


def _folders(path: str) -> list[str]:
    return [above.as_posix() for above in PurePosixPath(path).parents]


def _entries(folder: Path, given: Collection[str]) -> list[Path]:
    return [entry for entry in sorted(folder.iterdir()) if not _nobodys(entry, given)]


def _one_students(folder: Path, entries: Sequence[Path], policy: Policy, given: Collection[str]) -> str:
    """The name of the student whose folder this is; empty where it is a class's.

    It is one student's where the lab's own notebook lies in it and no other one, where all work is in several
    attempts, or where the only notebook lies beside weights that nobody else can have trained.
    """
    works = [
        path
        for path in below(folder)
        if is_work(path.name)
        and not _is_given(path.as_posix(), given)
        and not _OTTER_TEST.fullmatch(path.relative_to(folder).as_posix())
        and not is_untitled(path.name)
    ]
    tops = {path.relative_to(folder).parts[0] for path in works}
    if len(tops) > 1 and all(map(is_attempt, tops)):
        return _student(folder)
    notebooks = [path for path in works if not path.name.lower().endswith(".py")]
    here = [path for path in notebooks if path.parent == folder]
    if here and len(here) == len(notebooks) and all(named_like(p.name, policy.assignment) for p in here):
        return _student(folder)
    weights = [entry for entry in entries if entry.suffix.lower() in WEIGHTS]
    if len(works) == 1 and weights:
        return _student(works[0] if works[0].parent == folder else folder)
    return ""


def _nobodys(entry: Path, given: Collection[str]) -> bool:
    always = entry.name == ROSTER or entry.name in given
    return ignored(entry.name) or (always and not entry.is_dir())


def _student(path: Path) -> str:
    path = path.absolute()
    return student_name(path.name if path.is_dir() else stem_of(path.name))


def student_name(text: str) -> str:
    """The name of a row: letters of any script, digits and what stands in names, words apart by one space."""
    text = unicodedata.normalize("NFC", printable(re.sub(r"\s+", " ", text)))
    kept = "".join(
        char if char in _IN_NAMES or unicodedata.category(char)[0] in "LMN" else "_" for char in text
    )
    return kept.lstrip(" .").rstrip()[:_MAX_NAME].rstrip() or "unnamed"


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
        entries = [(str(entry), entry.lstat()) for entry in sorted(below(path))]
    except OSError:
        entries = []
    listing = "".join(f"{name!r} {info.st_size} {info.st_mtime_ns}\n" for name, info in entries)
    return hashlib.sha256(listing.encode()).hexdigest()
