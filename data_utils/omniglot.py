"""Omniglot (Lake et al., Science 2015), prepared once and sampled in microseconds.

Each character turned by 0, 90, 180 and 270 degrees is a class of its own, as in Vinyals et al. 2016
(arXiv 1606.04080): 3,856 classes in `background`, 2,636 in `evaluation`, 20 drawings each, 28 x 28, ink = 1.
Where the real set is not at hand, drawn glyph alphabets (`data_utils.glyphs`) take its place.
"""

import json
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError
from torch import Tensor
from tqdm.auto import tqdm

from data_utils import glyphs
from data_utils.places import DataError, cache_dir, data_roots

Part = Literal["background", "evaluation"]
Source = Literal["omniglot", "glyphs"]

CHARACTERS = {"background": 964, "evaluation": 659}  # in the published set
DRAWINGS = 20  # of each character
SIZE = 28  # pixels, height and width
ROTATIONS = (0, 90, 180, 270)  # degrees, counter-clockwise
_FORMAT = "v1"  # of the prepared files: raise it where their content changes
_GET = "Set COURSE_DATA to its folder, or run: autograder data prepare omniglot --download"
_MEND = "Remove Omniglot's folder and unpack it again, or run: autograder data prepare omniglot --download"


class OmniGlotDataSet:
    """Finds Omniglot, prepares it once and hands out classes of drawings.

    Args:
        data_dir: folder with `omniglot-py/` as torchvision lays it out. Without it, or where it holds
            none, the folder named by `COURSE_DATA` and the cache folder are asked; then the drawn glyphs
            stand in.
        download: fetch Omniglot into `data_dir` (else the cache folder) where it is nowhere to be found.
        source: take this one and no other.

    Raises:
        DataError: `source` is `"omniglot"`, and it is nowhere to be found.

    Attributes:
        source: `"omniglot"` for the real set, `"glyphs"` for the drawn one.
        raw_dir: the folder of the real set, or `None`.
    """

    def __init__(
        self,
        data_dir: str | os.PathLike[str] | None = None,
        download: bool = False,
        source: Source | None = None,
    ) -> None:
        self.raw_dir = None if source == "glyphs" else _find(data_dir)
        if self.raw_dir is None and download and source != "glyphs":
            self.raw_dir = _download(Path(data_dir) if data_dir is not None else cache_dir())
        if self.raw_dir is None and source == "omniglot":
            raise DataError(f"Omniglot is not here. {_GET}")
        self.source: Source = "omniglot" if self.raw_dir else "glyphs"

    def __str__(self) -> str:
        if self.raw_dir:
            return f"Omniglot: the real set in {self.raw_dir}"
        return "Omniglot: the drawn glyph alphabets stand in (autograder data prepare omniglot --download)"

    def prepare_data_set(self, use_multi_proc: bool = False) -> None:
        """Resize, invert, rotate and write both parts into the cache folder, where that is not done yet.

        Raises:
            DataError: the set is partial or an image cannot be read; names the file and what mends it.
        """
        for part in CHARACTERS:
            if not self._prepared(part).exists():
                self._prepare(part, use_multi_proc)

    def init_torch_sample_dict(
        self, part: Part = "background", use_multi_proc: bool = False
    ) -> dict[str, Tensor]:
        """All classes of a part: name -> drawings (20, 1, 28, 28), float32 in [0, 1], ink = 1.

        Names are `Alphabet/characterNN/rotDDD`, ascending. The tensors are views of one memory-mapped
        file, so loading reads nothing until it is used. `use_multi_proc` spreads the first preparation
        over the processors.
        """
        if part not in CHARACTERS:
            raise ValueError(f"part is {part!r}, but Omniglot has 'background' and 'evaluation'.")
        path = self._prepared(part)
        if not path.exists():
            self._prepare(part, use_multi_proc)
        names = self._class_names(part)
        try:
            images = np.load(path, mmap_mode="c")  # copy-on-write: writable for torch, the file is safe
        except (ValueError, OSError, EOFError) as error:
            raise DataError(_broken(path)) from error
        if images.shape != (len(names), DRAWINGS, 1, SIZE, SIZE) or images.dtype != np.float32:
            raise DataError(_broken(path))
        return dict(zip(names, torch.from_numpy(images), strict=True))

    def load_example_label_to_img_dict(
        self, example_dict: Mapping[str, Mapping[str, Sequence[str]]]
    ) -> tuple[Tensor, Tensor, list[str]]:
        """The episode that `example_dict` lists by file name.

        Args:
            example_dict: class name -> `{"support": [...], "query": [...]}`, file names such as
                `"0192_03.png"`, as many in each class.

        Returns:
            support (classes, support, 1, 28, 28), query (classes, query, 1, 28, 28), class names.

        Raises:
            DataError: the real set is not here, or lacks a class or file of the example.
        """
        if self.raw_dir is None:
            raise DataError(f"The example names files of the real Omniglot, which is not here. {_GET}")

        def images(raw_dir: Path, name: str, role: str) -> Tensor:
            character, _, degrees = name.rpartition("/rot")
            folder = _character_dir(raw_dir, character)
            drawings = [_turn(_read(folder / file), int(degrees)) for file in example_dict[name][role]]
            return torch.from_numpy(np.stack(drawings))[:, None]

        classes = list(example_dict)
        support = torch.stack([images(self.raw_dir, name, "support") for name in classes])
        query = torch.stack([images(self.raw_dir, name, "query") for name in classes])
        return support, query, classes

    def _prepared(self, part: str) -> Path:
        return cache_dir() / f"{self.source}-{part}-{SIZE}-{_FORMAT}.npy"

    def _class_names(self, part: str) -> list[str]:
        names_file = self._prepared(part).with_suffix(".json")
        try:
            return list(json.loads(names_file.read_text()))
        except (OSError, ValueError) as error:
            raise DataError(_broken(names_file)) from error

    def _prepare(self, part: str, use_multi_proc: bool) -> None:
        if self.raw_dir:
            folders = _characters(self.raw_dir, part)
            names = [f"{folder.parent.name}/{folder.name}" for folder in folders]
            work: Sequence[Path | str] = folders
            draw = _read_character
        else:
            names = glyphs.character_names(part)
            work = names
            draw = glyphs.draw_character  # type: ignore[assignment]
        progress = tqdm(total=len(work), desc=f"Preparing {self.source} {part}", unit="character")
        with progress:
            drawings = []
            if use_multi_proc:
                with ProcessPoolExecutor() as pool:
                    for one in pool.map(draw, work, chunksize=16):
                        drawings.append(one)
                        progress.update()
            else:
                for item in work:
                    drawings.append(draw(item))  # type: ignore[arg-type]
                    progress.update()
        _write(self._prepared(part), names, np.stack(drawings))


def sample_from_torch_sample_dict(
    classes: Sequence[str],
    sample_dict: Mapping[str, Tensor],
    num_classes: int,
    num_support: int,
    num_query: int,
) -> tuple[Tensor, Tensor, list[str]]:
    """Draw an episode without replacement, from torch's global generator.

    Args:
        classes: names to choose from.
        sample_dict: name -> samples (S, *image), the same S in every class.
        num_classes: the episode's ways. num_support, num_query: samples a class on each side.

    Returns:
        support (num_classes, num_support, *image), query (num_classes, num_query, *image), and the
        names of the classes drawn, in the same order.

    Raises:
        ValueError: more classes or samples are wanted than there are.
    """
    if num_classes > len(classes):
        raise ValueError(f"num_classes is {num_classes}, but there are only {len(classes)} classes.")
    chosen = [classes[i] for i in torch.randperm(len(classes))[:num_classes].tolist()]
    samples = [sample_dict[name] for name in chosen]
    wanted = num_support + num_query
    available = min(len(of_class) for of_class in samples)
    if wanted > available:
        raise ValueError(f"num_support + num_query is {wanted}, but a class has only {available} samples.")
    # The ranks of random numbers are a random order: one draw for all classes, not one a class. Rows are
    # copied straight to their place, as stacking copies of copies would take most of the time.
    order = torch.rand(num_classes, available).argsort(dim=1)[:, :wanted].contiguous()
    episode = samples[0].new_empty(num_classes, wanted, *samples[0].shape[1:])
    for of_class, rows, place in zip(samples, order.unbind(), episode.unbind(), strict=True):
        torch.index_select(of_class, 0, rows, out=place)
    return episode[:, :num_support], episode[:, num_support:], chosen


def _find(data_dir: str | os.PathLike[str] | None) -> Path | None:
    for root in data_roots(data_dir):
        for folder in (root / "omniglot-py", root):
            if (folder / "images_background").is_dir() or (folder / "images_evaluation").is_dir():
                return folder
    return None


def _download(root: Path) -> Path:
    from torchvision.datasets import Omniglot

    for background in (True, False):
        Omniglot(str(root), background=background, download=True)
    return root / "omniglot-py"


def _characters(raw_dir: Path, part: str) -> list[Path]:
    root = raw_dir / f"images_{part}"
    folders = sorted(folder for folder in root.glob("*/character*") if folder.is_dir())
    if len(folders) != CHARACTERS[part]:
        raise DataError(f"{root} has {len(folders)} characters, but Omniglot has {CHARACTERS[part]}. {_MEND}")
    return folders


def _character_dir(raw_dir: Path, character: str) -> Path:
    for part in CHARACTERS:
        folder = raw_dir / f"images_{part}" / character
        if folder.is_dir():
            return folder
    raise DataError(f"{raw_dir} has no character {character!r}. {_MEND}")


def _read_character(folder: Path) -> NDArray[np.float32]:
    files = sorted(folder.glob("*.png"))
    if len(files) != DRAWINGS:
        raise DataError(f"{folder} has {len(files)} drawings, but every character has {DRAWINGS}. {_MEND}")
    return np.stack([_read(file) for file in files])


def _read(file: Path) -> NDArray[np.float32]:
    """One drawing (28, 28) in [0, 1]; the files are black ink on white paper, 105 x 105, one bit."""
    try:
        with Image.open(file) as image:
            small = image.convert("L").resize((SIZE, SIZE), Image.Resampling.BOX)
    except (OSError, UnidentifiedImageError, SyntaxError) as error:
        raise DataError(f"{file} cannot be read as an image. {_MEND}") from error
    paper: NDArray[np.float32] = np.asarray(small, dtype=np.float32)
    return 1 - paper / np.float32(255)


def _turn(drawings: NDArray[np.float32], degrees: int) -> NDArray[np.float32]:
    return np.ascontiguousarray(np.rot90(drawings, degrees // 90, axes=(-2, -1)))


def _write(path: Path, names: list[str], drawings: NDArray[np.float32]) -> None:
    """Both files appear whole or not at all, the images last: they say that the names are there."""
    turned = [f"{name}/rot{degrees:03d}" for name in names for degrees in ROTATIONS]
    rotations = np.stack([_turn(drawings, degrees) for degrees in ROTATIONS], axis=1)
    images = rotations.reshape(len(turned), DRAWINGS, 1, SIZE, SIZE)
    unfinished = path.with_suffix(f".{os.getpid()}.partial")
    unfinished.write_text(json.dumps(turned))
    unfinished.replace(path.with_suffix(".json"))
    with open(unfinished, "wb") as out:
        np.save(out, images)
    unfinished.replace(path)


def _broken(path: Path) -> str:
    return f"{path} is partial or corrupt. Remove it and run: autograder data prepare omniglot"
