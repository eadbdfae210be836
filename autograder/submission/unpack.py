"""The files of one submission, out of a file, a folder or a zip. Trusted side, hostile input.

Nothing is written to disk, no link is followed, and sizes are known to be small before anything is unpacked.
"""

import io
import os
import re
import stat
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from autograder.submission.document import clean
from autograder.submission.kinds import UnreadableError

_MAX_TOTAL = 512 * 2**20  # bytes of one submission, unpacked
_MAX_FILES = 2_000
_MAX_LISTED = 50_000  # with those of .venv and .git, which are left out
_MAX_RATIO = 200  # unpacked to packed; notebooks full of progress bars reach 50
_MAX_PART, _MAX_PATH, MAX_DEPTH = 200, 1_000, 20  # bytes of a file's name and path, folders above it
_MAX_DIRECTORY = _MAX_LISTED * 2**8  # bytes of a zip's list of files
_ENTRIES, _SIZE = 4, 5  # places in what `zipfile` keeps of a zip's end
_RATIO_MATTERS = 16 * 2**20  # bytes; what is smaller cannot hurt

_IGNORED = re.compile(r"\..*|__pycache__|__MACOSX|__zip_filename__|Thumbs\.db|desktop\.ini", re.IGNORECASE)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the others have no bound on a chunk


def contents(path: Path) -> dict[str, bytes]:
    """What was handed in, by relative path with `/`, ascending; without hidden files, caches and the like.

    A zip beside which no work lies, in a folder or a zip, is unpacked, too, once; what lies beside it stays.

    Raises:
        UnreadableError: one sentence that says what is wrong.
    """
    try:
        if path.is_symlink():
            raise UnreadableError(f"{printable(path.name)} is a link: hand in the file itself.")
        if path.is_dir():
            files = _unwrapped(_folder(path))
        elif path.suffix.lower() == ".zip":
            files = _unwrapped(_zip(_read(path, _MAX_TOTAL), printable(path.name)))
        else:
            files = {printable(path.name): _read(path, _MAX_TOTAL)}
    except OSError as error:
        raise UnreadableError(f"{printable(path.name)} cannot be read: {error.strerror or error}.") from error
    return dict(sorted(files.items()))


def ignored(name: str) -> bool:
    """Whether a file or folder of this name is nobody's work: hidden, a cache, made by an archiver."""
    return _IGNORED.fullmatch(name) is not None


def printable(name: str) -> str:
    """A name that fits into a message, a label and a path: no control characters, no lone surrogates."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", "_", clean(name))


def _folder(folder: Path) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    room = _MAX_TOTAL
    for path in below(folder, _raise):
        name = printable(path.relative_to(folder).as_posix())
        _check_name(name, printable(folder.name))
        if not stat.S_ISREG(path.lstat().st_mode):
            raise UnreadableError(f"{name} is a link or no regular file: hand in the file itself.")
        if len(files) == _MAX_FILES:
            raise UnreadableError(f"{printable(folder.name)} holds more than {_MAX_FILES} files.")
        files[name] = _read(path, room)
        room -= len(files[name])
    _check_tree(files, printable(folder.name))
    return files


def below(folder: Path, onerror: Callable[[OSError], object] | None = None) -> Iterator[Path]:
    """What lies in a folder and in the folders below it, but for these; links among them, nothing ignored.

    Of folders that are deeper than any hand-in may be the names alone, for there is no end to them.
    """
    for here, folders, names in os.walk(folder, onerror=onerror):
        too_deep = len(Path(here).relative_to(folder).parts) > MAX_DEPTH
        found = [*names, *(name for name in folders if too_deep or Path(here, name).is_symlink())]
        folders[:] = [] if too_deep else sorted(name for name in folders if not ignored(name))
        yield from (Path(here, name) for name in sorted(found) if not ignored(name))


def _raise(error: OSError) -> None:
    raise error


def _read(path: Path, room: int) -> bytes:
    """The bytes of a regular file; a pipe or device is refused before it can block."""
    about = path.stat()
    if not stat.S_ISREG(about.st_mode):
        raise UnreadableError(f"{printable(path.name)} is no regular file.")
    with open(path, "rb") as file:
        data = file.read(min(room, about.st_size) + 1)  # `read` makes room for all that it is asked for
    if len(data) > room:
        raise UnreadableError(_too_large(printable(path.name)))
    return data


def _unwrapped(files: dict[str, bytes]) -> dict[str, bytes]:
    zips = [name for name in files if name.lower().endswith(".zip")]
    if len(zips) != 1 or any(name.lower().endswith((".ipynb", ".py")) for name in files):
        return files
    beside = {name: data for name, data in files.items() if name != zips[0]}  # trained weights, say
    together = beside | _zip(files[zips[0]], zips[0])
    insist_on_size(together, zips[0])
    _check_tree(together, zips[0])
    return together


def insist_on_size(files: Mapping[str, bytes], name: str) -> None:
    """Raises UnreadableError where files from several places are too many, or too large, together."""
    if len(files) > _MAX_FILES or sum(map(len, files.values())) > _MAX_TOTAL:
        raise UnreadableError(_too_large(name))


def room_beside(files: Mapping[str, bytes], more: Mapping[str, bytes]) -> dict[str, bytes]:
    """Those of `more` that can be written beside `files`: no name of theirs is a file or folder there."""
    taken = files.keys() | {above.as_posix() for path in files for above in PurePosixPath(path).parents}
    return {
        path: data
        for path, data in more.items()
        if path not in taken and not any(above.as_posix() in files for above in PurePosixPath(path).parents)
    }


def unzipped(data: bytes, of: int) -> dict[str, bytes]:
    """The files of a zip that lies beside the work, by path.

    Args:
        of: so many zips are unpacked, which have the room of one hand-in together.

    Raises:
        UnreadableError: it is broken, too large, or no zip.
    """
    return _zip(data, "the zip", of)


def _zip(data: bytes, name: str, of: int = 1) -> dict[str, bytes]:
    try:
        files, size = _announced(data)
        if files > _MAX_LISTED or size > _MAX_DIRECTORY:
            raise UnreadableError(f"{name} holds more than {_MAX_LISTED} files.")
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _unpacked(archive, name, of)
    except UnreadableError:
        raise
    except Exception as error:  # zipfile raises nearly anything on a broken archive
        raise UnreadableError(f"{name} is no readable zip: pack it again and hand it in.") from error


def _announced(data: bytes) -> tuple[int, int]:
    """How many files a zip says that it holds, and the bytes of their list, which `ZipFile` reads as a whole.

    It makes an object of each before anybody can count them, so it is asked what it is going to read.
    """
    end = zipfile._EndRecData(io.BytesIO(data))  # type: ignore[attr-defined]
    return (end[_ENTRIES], end[_SIZE]) if end else (0, 0)


def _unpacked(archive: zipfile.ZipFile, name: str, of: int) -> dict[str, bytes]:
    infos = archive.infolist()
    if len(infos) > _MAX_LISTED:
        raise UnreadableError(f"{name} holds more than {_MAX_LISTED} files.")
    wanted: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        inner = info.filename.replace("\\", "/")
        path = PurePosixPath(inner)
        shown = printable(inner)
        if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", inner):
            raise UnreadableError(f"{name} holds {shown!r}, which points outside the archive.")
        if inner.endswith("/") or not path.parts or any(ignored(part) for part in path.parts):
            continue
        if stat.S_ISLNK(info.external_attr >> 16):
            raise UnreadableError(f"{name} holds {shown!r}, which is a link: hand in the file itself.")
        if info.flag_bits & 0x1:
            raise UnreadableError(f"{name} is encrypted: hand it in without a password.")
        if info.compress_type not in _METHODS:
            raise UnreadableError(f"{name} is packed in an uncommon way: pack it as an ordinary zip.")
        key = printable(path.as_posix())
        _check_name(key, name)
        wanted[key] = info
    if len(wanted) > _MAX_FILES // of:
        raise UnreadableError(f"{name} holds more than {_MAX_FILES // of} files.")
    unpacked = sum(info.file_size for info in wanted.values())
    packed = sum(info.compress_size for info in wanted.values())
    if unpacked > _MAX_TOTAL // of or (unpacked > _RATIO_MATTERS and unpacked > _MAX_RATIO * packed):
        raise UnreadableError(_too_large(name))
    _check_tree(wanted, name)
    return {key: _inflated(archive, info) for key, info in wanted.items()}


def _inflated(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """A file's bytes, no more than it says that there are: `archive.read` inflates all before it looks."""
    with archive.open(info) as file:
        return file.read(info.file_size)


def can_be_written(path: str) -> bool:
    """Whether a file's path is short enough for a file system."""
    parts = PurePosixPath(path).parts
    longest = max((len(part.encode()) for part in parts), default=0)
    return len(parts) <= MAX_DEPTH and longest <= _MAX_PART and len(path.encode()) <= _MAX_PATH


def _check_name(inner: str, name: str) -> None:
    if not can_be_written(inner):
        raise UnreadableError(f"{name} holds a file whose name is too long or too deep: {inner[:60]}...")


def _check_tree(names: Iterable[str], name: str) -> None:
    """No name may be both a file and a folder: such files could not be written side by side."""
    all_names = set(names)
    folders = {parent.as_posix() for inner in all_names for parent in PurePosixPath(inner).parents}
    if both := sorted(all_names & folders):
        raise UnreadableError(f"{name} holds {both[0]!r} as a file and as a folder.")


def _too_large(name: str) -> str:
    return f"{name} is too large: hand in the notebook and the trained weights only, without data."
