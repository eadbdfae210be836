"""Which files in a folder are one hand-in, by their names and kinds. Trusted side, pure but for one listing.

In a class's folder `ada.ipynb`, `ada.html` and `ada_trained.pth` are Ada's: the notebook is the hand-in, and
what is named after it belongs to it. What is named after nothing and holds no work is nobody's.
"""

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

WEIGHTS = (".pth", ".pt", ".safetensors")

_NOTEBOOKS = (".ipynb", ".ipynb.txt", ".ipynb.json")
_WORK = (*_NOTEBOOKS, ".zip", ".py")  # the first of these that is there is the hand-in
# Nobody can read these, but somebody handed them in: they get a row, and a sentence.
_PACKED = (".rar", ".7z", ".tar", ".tgz", ".tar.gz", ".tar.xz", ".tar.bz2", ".gdoc", ".webloc", ".icloud")
# What code, or an answer in words, may read beside the notebook.
_READ = (*WEIGHTS, ".png", ".jpg", ".jpeg", ".gif", ".webp", ".py", ".csv", ".json", ".npy", ".npz", ".txt")
_MOST = 20  # files that are read beside one that was handed in

# What says which attempt a file is of: a moment, or a number after such a word.
MOMENT = re.compile(
    r"(?<!\d)20\d\d-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01])"
    r"(?:[ T_-]*[0-2]\d[-:.]?[0-5]\d(?:[-:.]?[0-5]\d)?)?(?!\d)"
)
ATTEMPT = re.compile(
    r"(?:^|[ _.-])(?:attempt|versuch|tentative|submission|abgabe|v)[ _-]*(?P<number>\d{1,3})(?!\d)", re.I
)
_ATTEMPTED = re.compile(
    rf"[ _.-]+(?:attempt|versuch|tentative)[ _-]*(?:\d{{1,3}}(?!\d)|{MOMENT.pattern}).*", re.I
)

_COPY = r"(?:[-_ ]?(?:copy|kopie|copie)?[-_ ]?\(?\d{0,3}\)?)"
_UNTITLED = re.compile(rf"(?:untitled|unbenannt|sans titre){_COPY}", re.IGNORECASE)


def is_notebook(name: str) -> bool:
    """Whether a file is a notebook by its name, as a browser or a mail program may have changed it."""
    return name.lower().endswith(_NOTEBOOKS)


def is_work(name: str) -> bool:
    """Whether a file can be somebody's hand-in."""
    return name.lower().endswith(_WORK + _PACKED)


def named_like(name: str, assignment: str) -> bool:
    """Whether a notebook has the assignment's name, perhaps as a copy: `protonet (1).ipynb`."""
    return bool(assignment) and bool(
        re.fullmatch(re.escape(assignment) + _COPY, stem_of(PurePosixPath(name).name), re.IGNORECASE)
    )


def is_untitled(name: str) -> bool:
    """Whether a notebook has the name that Jupyter gives to a new one."""
    return bool(_UNTITLED.fullmatch(stem_of(PurePosixPath(name).name)))


def stem_of(name: str) -> str:
    """The name without its ending, or endings: `ada` for `ada.ipynb.txt` and for `ada_attempt_2.ipynb`."""
    ending = next((end for end in (*_NOTEBOOKS, *_PACKED) if name.lower().endswith(end)), "")
    stem = name[: len(name) - len(ending)] if ending else PurePosixPath(name).stem
    return _ATTEMPTED.sub("", stem) or stem


def is_attempt(name: str) -> bool:
    """Whether a file or folder is called an attempt, by a word and a number or a moment, and not a person."""
    return bool(_ATTEMPTED.fullmatch(f" {name}"))


def grouped(names: Iterable[str]) -> dict[str, list[str]]:
    """The files of each hand-in of a folder by the one that counts; under an empty name what is nobody's."""
    names = sorted(names)
    groups: dict[str, list[str]] = {}
    heads: dict[str, str] = {}
    for name in sorted((name for name in names if is_work(name)), key=_rank):
        head = heads.setdefault(stem_of(name).casefold(), name)
        groups.setdefault(head, []).extend([name] if head != name else [])
    for name in (name for name in names if not is_work(name)):
        groups.setdefault(_head_of(name, heads), []).append(name)
    return groups


def beside(path: Path) -> list[Path]:
    """The files beside one that was handed in that belong to it and may be read by its code."""
    stem = stem_of(path.name).casefold()
    try:
        # Asked once for each student of a class in one folder: those of other names are no longer looked at.
        with os.scandir(path.parent) as entries:
            alike = [entry for entry in entries if entry.name.casefold().startswith(stem)]
            names = [entry.name for entry in alike if not entry.is_dir()]
    except OSError:
        return []
    mine = grouped(names).get(path.name, [])
    read = [name for name in mine if name.lower().endswith(_READ) or _ATTEMPTED.search(name)]
    return [path.with_name(name) for name in read][:_MOST]


def _rank(name: str) -> tuple[int, str]:
    lower = name.lower()
    return next((rank for rank, end in enumerate(_WORK) if lower.endswith(end)), len(_WORK)), name


def _head_of(name: str, heads: dict[str, str]) -> str:
    """The file that this one is named after: the same stem, or the longest that it begins with."""
    stem = stem_of(name).casefold()
    ends = [at for at in range(len(stem), 0, -1) if at == len(stem) or stem[at] in "-_. ("]
    return next((heads[stem[:at]] for at in ends if stem[:at] in heads), "")


def listed(names: Sequence[str], most: int = 3) -> str:
    """A few names in a sentence."""
    return ", ".join(names[:most]) + (", ..." if len(names) > most else "")
