"""Omniglot by alphabet and character, as files: for labs that want the drawings as they are.

Unlike `data_utils.omniglot`, no rotations and no resizing. Where the real set is not at hand, drawn scripts
are written once into the cache folder, in the same layout.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm.auto import tqdm

from data_utils import glyphs
from data_utils.omniglot import DRAWINGS, OmniGlotDataSet, Part, Source
from data_utils.places import DataError, cache_dir

GLYPH_SIZE = 32  # pixels of a drawn glyph, height and width


@dataclass(frozen=True)
class Alphabets:
    """One part of Omniglot.

    Attributes:
        source: `"omniglot"` for the real set, `"glyphs"` for the drawn scripts.
        image_paths: files, black ink on white paper; ascending by alphabet, character and drawer.
        labels: the class of each file.
        cls2label: class name `Alphabet/characterNN` -> label, ascending, 0, 1, 2, ...
    """

    source: Source
    image_paths: list[Path]
    labels: list[int]
    cls2label: dict[str, int]

    def __str__(self) -> str:
        where = "the real set" if self.source == "omniglot" else "drawn scripts stand in"
        alphabets = {name.partition("/")[0] for name in self.cls2label}
        return (
            f"Omniglot, {where}: {len(self.image_paths)} drawings of {len(self.cls2label)} characters "
            f"of {len(alphabets)} alphabets"
        )


def read_alphabets(
    part: Part, data_dir: str | os.PathLike[str] | None = None, source: Source | None = None
) -> Alphabets:
    """List the files of a part of Omniglot, 20 drawings a character.

    Args:
        part: `"background"` for training, 964 characters of 30 alphabets, or `"evaluation"`, 659 of 20;
            of drawn ones 192 of 16 and 120 of 10.
        data_dir: as for `OmniGlotDataSet`. source: likewise.

    Raises:
        DataError: `source` is `"omniglot"` and it is nowhere to be found, or a character is incomplete.
    """
    found = OmniGlotDataSet(data_dir, source=source)
    root = (found.raw_dir or _glyph_folder()) / f"images_{part}"
    folders = sorted(folder for folder in root.glob("*/character*") if folder.is_dir())
    if not folders:
        raise DataError(f"{root} has no characters. Run: autograder data prepare omniglot --download")
    image_paths, labels, cls2label = [], [], {}
    for label, folder in enumerate(folders):
        drawings = sorted(folder.glob("*.png"))
        if len(drawings) != DRAWINGS:
            raise DataError(
                f"{folder} has {len(drawings)} drawings, but every character has {DRAWINGS}. "
                "Remove the set's folder and prepare it again: autograder data prepare omniglot"
            )
        cls2label[f"{folder.parent.name}/{folder.name}"] = label
        image_paths += drawings
        labels += [label] * DRAWINGS
    return Alphabets(found.source, image_paths, labels, cls2label)


def _glyph_folder() -> Path:
    """The drawn scripts as files; they appear whole or not at all."""
    folder = cache_dir() / f"scripts-{GLYPH_SIZE}-v1"
    if folder.exists():
        return folder
    unfinished = folder.with_suffix(f".{os.getpid()}.partial")
    parts: tuple[Part, ...] = ("background", "evaluation")
    characters = [(part, name) for part in parts for name in glyphs.character_names(part)]
    for part, name in tqdm(characters, desc="Drawing the scripts", unit="character"):
        target = unfinished / f"images_{part}" / name
        target.mkdir(parents=True)
        for number, ink in enumerate(glyphs.draw_letter(name, GLYPH_SIZE), start=1):
            paper = np.rint(255 * (1 - ink)).astype(np.uint8)
            Image.fromarray(paper).save(target / f"{number:02d}.png")
    try:
        unfinished.replace(folder)
    except OSError:  # another process was quicker
        shutil.rmtree(unfinished)
    return folder
