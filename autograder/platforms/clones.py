"""GitHub Classroom's clones, as they lie there or as they were when time ran out. Trusted side, runs nothing.

What lies in a clone is the student's, its `.git` too, if they packed it themselves. So git never looks at it
as a repository: it works in an empty one of ours, whose objects are looked up in theirs. Their configuration,
hooks, filters, attributes and submodules are not read; what comes out are the bytes of files.
"""

import os
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath

from autograder.course.layout import CourseError
from autograder.platforms.downloads import HandIn
from autograder.results.class_list import Student, key_of
from autograder.submission.unpack import can_be_written, ignored, printable

_SECONDS = 120  # of one call of git
_MAX_BYTES, _MAX_FILES, _MAX_COMMITS = 512 * 2**20, 2_000, 100_000
_NEVER = 2**36  # seconds; what claims to be later than a calendar can say
_OBJECT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_OURS = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_ALLOW_PROTOCOL": "none",  # a missing object is fetched from nowhere
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}


def deadline_in(text: str) -> datetime | str:
    """A moment, in this machine's zone where it names none, or the name of a tag, branch or commit.

    A day alone lasts until its end.
    """
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return text
    if len(text) <= len("2026-10-08"):
        when += timedelta(days=1, seconds=-1)
    return when if when.tzinfo else when.astimezone()


class UnreadableClone(Exception):
    """A clone cannot be read as one; the message is the end of a sentence."""


@dataclass(frozen=True)
class Commit:
    """A commit by its name, and when it was made by its own account."""

    name: str
    when: datetime


def clones(
    folders: Sequence[Path],
    assignment: str,
    until: Callable[[Student], datetime | str | None],
    tell: Callable[[str], object],
) -> Iterator[HandIn]:
    """What each clone holds: as it lies there or, with a deadline, as the last commit before it was.

    Nothing says where the lab ends and a login begins: unless a person does, all of the name is the id.

    Args:
        until: a student's deadline, or the name of a tag, branch or commit; `None` takes what lies there.
        tell: is told what was taken of each clone, where not all of it.

    Raises:
        CourseError: git is not here.
    """
    for path in folders:
        identity = path.name.removeprefix(f"{assignment}-") if assignment else path.name
        student = Student(student=key_of(identity), platform="github", identity=identity, prefix=path.name)
        wanted = until(student)
        files: Mapping[str, Path | bytes] = {"": path}
        try:
            with _opened(path) as repository:
                last = repository.last()
                kept = repository.at(wanted) if isinstance(wanted, str) else repository.last(wanted)
                if wanted is not None:
                    files = repository.files(kept.name) if kept else {}
                    tell(f"{printable(path.name)}: {_said(kept, last, wanted)}")
            if kept:
                student = student.model_copy(update={"handed_in": kept.when.isoformat(" ")})
        except UnreadableClone as error:
            if wanted is not None:
                files = {}
                tell(f"{printable(path.name)}: nothing is taken, for {error}.")
        yield HandIn(student, files)


def _said(kept: Commit | None, last: Commit | None, wanted: datetime | str) -> str:
    if kept is None:
        return f"nothing is taken, for there is no commit before {wanted:%Y-%m-%d %H:%M%z}."
    later = "" if last == kept else "; there are later ones"
    return f"as it was in commit {kept.name[:10]} of {kept.when:%Y-%m-%d %H:%M%z}{later}."


class _Repository:
    """A clone's objects, seen from an empty repository of ours."""

    def __init__(self, theirs: Path, ours: Path) -> None:
        self._theirs, self._ours = theirs, ours

    def last(self, until: datetime | None = None) -> Commit | None:
        """The last commit of the branch that is checked out, or the last one no later than `until`."""
        head = _named_by("HEAD", self._theirs)
        listed = self._git("rev-list", "--first-parent", f"--max-count={_MAX_COMMITS}", "--timestamp", head)
        for line in listed.decode().splitlines():
            seconds, name = line.split()
            when = datetime.fromtimestamp(min(int(seconds), _NEVER), UTC)
            if until is None or when <= until:
                return Commit(name, when.astimezone(until.tzinfo if until else None))
        return None

    def at(self, name: str) -> Commit:
        """The commit of a tag, a branch or an abbreviated name."""
        found = next(
            (
                one
                for way in ("refs/tags/", "refs/heads/", "refs/remotes/origin/", *[""] * (name == "HEAD"))
                if (one := _object_of(way + name, self._theirs))
            ),
            name,
        )
        if not re.fullmatch(r"[0-9a-f]{4,64}", found):
            raise UnreadableClone(f"it has no tag, branch or commit {printable(name)}")
        try:
            listed = self._git("rev-list", "--max-count=1", "--timestamp", f"{found}^{{commit}}").decode()
        except UnreadableClone:
            raise UnreadableClone(f"it has no commit {printable(name)}") from None
        seconds, whole = listed.split()
        return Commit(whole, datetime.fromtimestamp(int(seconds), UTC).astimezone())

    def files(self, commit: str) -> dict[str, Path | bytes]:
        """The files of a commit, as they were committed; without links, submodules and what is ignored."""
        sizes: dict[str, tuple[str, int]] = {}
        for entry in self._git("ls-tree", "-r", "-z", "-l", commit).split(b"\0"):
            about, _, name = entry.partition(b"\t")
            path = name.decode("utf-8", "replace")
            if about and about.startswith(b"100") and _is_fit(path):
                _, _, blob, size = about.decode().split()
                sizes[printable(path)] = blob, int(size)
        # What stands for a control character can make a folder's name of a file's.
        folders = {above.as_posix() for path in sizes for above in PurePosixPath(path).parents}
        sizes = {path: of for path, of in sizes.items() if path not in folders}
        if len(sizes) > _MAX_FILES or sum(size for _, size in sizes.values()) > _MAX_BYTES:
            raise UnreadableClone(f"it holds more than {_MAX_FILES} files or {_MAX_BYTES >> 20} MB")
        wanted = "".join(f"{blob}\n" for blob, _ in sizes.values()).encode()
        out = self._git("cat-file", "--batch", given=wanted)
        files: dict[str, Path | bytes] = {}
        at = 0
        for path, (_, length) in sizes.items():
            begins = out.index(b"\n", at) + 1
            if not out[at:begins].endswith(f" blob {length}\n".encode()):
                raise UnreadableClone(f"{path} in it is damaged")
            files[path], at = out[begins : begins + length], begins + length + 1
        return files

    def _git(self, *arguments: str, given: bytes = b"") -> bytes:
        # Graphs and indexes that lie beside the objects could say other dates than the commits themselves.
        off = ["-c", "core.commitGraph=false", "-c", "core.multiPackIndex=false"]
        environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(self._ours), **_OURS}
        environment |= {"GIT_DIR": str(self._ours), "GIT_OBJECT_DIRECTORY": str(self._theirs / "objects")}
        try:
            done = subprocess.run(
                ["git", *off, *arguments],
                input=given,
                env=environment,
                cwd=self._ours,
                capture_output=True,
                timeout=_SECONDS,
            )
        except FileNotFoundError as error:
            raise CourseError("git is not installed here, and clones are read with it.") from error
        except subprocess.TimeoutExpired as error:
            raise UnreadableClone("git does not come to an end with it") from error
        if done.returncode:
            raise UnreadableClone("git cannot read it: clone it again, with all its history")
        return done.stdout


@contextmanager
def _opened(clone: Path) -> Iterator[_Repository]:
    """The clone's objects.

    Raises:
        UnreadableClone: they are not in it, or lead elsewhere.
    """
    theirs = clone / ".git"
    if theirs.is_symlink() or not (theirs / "objects").is_dir():
        raise UnreadableClone("its .git is no folder with the objects in it")
    if any(
        Path(here, name).is_symlink()
        for here, folders, names in os.walk(theirs)
        for name in (*folders, *names)
    ):
        raise UnreadableClone("there are links in its .git")
    if any((theirs / "objects/info" / name).exists() for name in ("alternates", "http-alternates")):
        raise UnreadableClone("it borrows objects from another repository")
    with tempfile.TemporaryDirectory() as folder:
        ours = Path(folder)
        (ours / "refs").mkdir()
        (ours / "objects").mkdir()
        (ours / "HEAD").write_text("ref: refs/heads/none\n")
        (ours / "config").write_text("[core]\n\trepositoryformatversion = 0\n\tbare = true\n")
        if (theirs / "shallow").is_file():
            (ours / "shallow").write_bytes((theirs / "shallow").read_bytes()[:1_000_000])
        yield _Repository(theirs.absolute(), ours)


def _named_by(name: str, theirs: Path) -> str:
    """The commit that HEAD leads to."""
    if found := _object_of(name, theirs):
        return found
    raise UnreadableClone("it has no commit, or keeps its branches in a way that is not read here")


def _object_of(name: str, theirs: Path, deep: int = 5) -> str:
    """What a name stands for in a clone, read by ourselves; empty where it is not there."""
    if ".." in name or not deep:
        return ""
    try:
        said = (theirs / name).read_bytes()[:1_000].decode("ascii", "replace").strip()
    except (OSError, ValueError):
        packed = theirs / "packed-refs"
        lines = packed.read_text(encoding="utf-8", errors="replace").splitlines() if packed.is_file() else []
        said = next((line.split()[0] for line in lines if line.split()[1:] == [name]), "")
    if said.startswith("ref: refs/"):
        return _object_of(said.removeprefix("ref: ").strip(), theirs, deep - 1)
    return said if _OBJECT.fullmatch(said) else ""


def _is_fit(path: str) -> bool:
    parts = path.split("/")
    plain = not any(part in ("", ".", "..") or ignored(part) for part in parts)
    return plain and PurePosixPath(path).parts == tuple(parts) and can_be_written(path)
