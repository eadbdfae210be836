"""What a file is that is no notebook, in a sentence for whoever handed it in. Trusted side, pure."""

import re
from pathlib import PurePosixPath

_CONFLICT = re.compile(rb"^(?:<{7} |>{7} )", re.MULTILINE)
_HEAD = 4_096  # bytes that say what a file is

_NOTEBOOK = "In Jupyter, File, Download gives the .ipynb."

# By what a file begins with.
_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", f"a PDF. Hand in the notebook itself. {_NOTEBOOK}"),
    (b"Rar!", "a RAR archive. Pack the notebook as a zip."),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive. Pack the notebook as a zip."),
    (b"\x1f\x8b", "a gzip archive. Pack the notebook as a zip."),
    (b"PK\x03\x04", "a zip. Name it with the ending .zip."),
    (
        b"version https://git-lfs",
        "a pointer that Git LFS leaves in place of the file. Run git lfs pull, and hand in the file itself.",
    ),
    (b"bplist", "a link and not the file. Hand in the notebook itself."),
)

# By a file's ending.
_ENDINGS: dict[str, str] = {
    ".html": "a web page",
    ".htm": "a web page",
    ".pdf": "a PDF",
    ".docx": "a text document",
    ".odt": "a text document",
    ".gdoc": "a link to Google Drive",
    ".gsheet": "a link to Google Drive",
    ".webloc": "a link",
    ".url": "a link",
    ".lnk": "a link",
    ".icloud": "a placeholder of iCloud, whose file is elsewhere: open it once so that it is downloaded",
    ".rar": "a RAR archive: pack the notebook as a zip",
    ".7z": "a 7z archive: pack the notebook as a zip",
    ".tar": "a tar archive: pack the notebook as a zip",
    ".tgz": "a tar archive: pack the notebook as a zip",
    ".gz": "a gzip archive: pack the notebook as a zip",
    ".xz": "an xz archive: pack the notebook as a zip",
    ".zip": "a zip inside a zip or beside another one: unpack it",
    ".crdownload": "half a download: get it again",
    ".part": "half a download: get it again",
    ".pth": "weights and no code",
    ".pt": "weights and no code",
    ".safetensors": "weights and no code",
}


class UnreadableError(Exception):
    """What was handed in cannot be read. The message is one sentence for the student's row."""


def what_it_is(data: bytes) -> str:
    """What a file is in place of a notebook, and what to do; empty where nothing is known about it."""
    head = data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    for beginning, told in _BEGINNINGS:
        if head.startswith(beginning):
            return told
    if re.match(rb"<(?:!doctype|html|\?xml|head|body)\b", head, re.IGNORECASE):
        return f"a web page that was saved under this name. Hand in the notebook itself. {_NOTEBOOK}"
    if not data.strip(b"\0"):
        return "nothing but zero bytes, as an upload that was cut off leaves them. Save it again."
    if _CONFLICT.search(data):
        return "half a merge of git's, with lines of <<<<<<< and >>>>>>>. Resolve it first."
    return ""


def what_it_is_by_name(name: str) -> str:
    """`ada.pdf, a PDF`; the name alone where its ending says nothing."""
    ending = _ENDINGS.get(PurePosixPath(name.lower()).suffix)
    return f"{name}, {ending}" if ending else name
