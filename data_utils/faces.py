"""The AT&T (ORL) faces of 40 people, ten pictures each, and drawn people where they are not at hand.

Both lie in torchvision's `ImageFolder` layout, a folder for each person: `training/s1/1.pgm`, and others,
with the people to be judged on in `testing`. No person is in both.
"""

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from data_utils.people import draw_people
from data_utils.places import DataError, cache_dir, data_roots

Source = Literal["att_faces", "drawn"]
Part = Literal["training", "testing"]

PEOPLE = {"training": 37, "testing": 3}  # in the published set
PICTURES = 10  # of each person
DRAWN = {"training": 40, "testing": 12}  # people in the set that stands in
_FORMAT = 1  # of the drawn pictures; another number for others
_MEND = "Remove the folder att_faces and unpack the set again."


@dataclass(frozen=True)
class FaceFolders:
    """Where the faces are: `root` holds `training` and `testing`, each what `ImageFolder` wants."""

    root: Path
    source: Source

    def __str__(self) -> str:
        if self.source == "att_faces":
            return f"AT&T faces: the real set in {self.root}"
        return "AT&T faces: not found, drawn people stand in (set COURSE_DATA to the folder of att_faces)"


def find_faces(data_dir: str | os.PathLike[str] | None = None) -> FaceFolders:
    """The folder of the faces: in `data_dir`, that of `COURSE_DATA` or the cache, else of drawn people.

    Raises:
        DataError: a person or a picture of the real set is missing; names the folder and what mends it.
    """
    for root in data_roots(data_dir):
        if (root / "att_faces/training").is_dir():
            _check(root / "att_faces")
            return FaceFolders(root / "att_faces", "att_faces")
    return drawn_faces()


def drawn_faces() -> FaceFolders:
    """The folder of the drawn people, in the cache; written there at the first call, in some seconds."""
    drawn = cache_dir() / f"people-{_FORMAT}"
    if not drawn.exists():
        _write_drawn(drawn)
    return FaceFolders(drawn, "drawn")


def read_people(folder: Path, size: int) -> dict[str, Tensor]:
    """All pictures of a part: person -> (10, 1, size, size), float32 in [0, 1], grey, squeezed to a square.

    Raises:
        DataError: a picture cannot be read; names the file.
    """
    return {
        person.name: torch.from_numpy(np.stack([_read(file, size) for file in _pictures(person)]))[:, None]
        for person in sorted(folder.iterdir(), key=_in_order)
        if person.is_dir()
    }


def _in_order(path: Path) -> tuple[int, str]:
    """s2 before s10."""
    return len(path.stem), path.stem


def _pictures(person: Path) -> list[Path]:
    return sorted((file for file in person.iterdir() if file.suffix in (".pgm", ".png")), key=_in_order)


def _read(file: Path, size: int) -> NDArray[np.float32]:
    try:
        with Image.open(file) as image:
            small = image.convert("L").resize((size, size), Image.Resampling.BILINEAR)
    except (OSError, ValueError, SyntaxError) as error:
        raise DataError(f"{file} cannot be read as a picture. {_MEND}") from error
    return np.asarray(small, dtype=np.float32) / np.float32(255)


def _write_drawn(root: Path) -> None:
    """The drawn people in the layout of the real ones, whole or not at all."""
    unfinished = Path(tempfile.mkdtemp(dir=root.parent))
    first = 1
    for seed, (part, people) in enumerate(DRAWN.items()):
        for number, pictures in enumerate(draw_people(seed, people, PICTURES), first):
            folder = unfinished / part / f"s{number}"
            folder.mkdir(parents=True)
            for place, pixels in enumerate(pictures, 1):
                Image.fromarray(pixels).save(folder / f"{place}.pgm")
        first += people
    try:
        unfinished.rename(root)
    except OSError:  # another process was faster
        shutil.rmtree(unfinished)


def _check(root: Path) -> None:
    for part, count in PEOPLE.items():
        people = [person for person in (root / part).glob("s*") if person.is_dir()]
        if len(people) != count:
            raise DataError(f"{root / part} has {len(people)} people, but the set has {count}. {_MEND}")
        for person in people:
            if (found := len(_pictures(person))) != PICTURES:
                raise DataError(f"{person} has {found} pictures, but every person has {PICTURES}. {_MEND}")
