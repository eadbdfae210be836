"""Where data sets are looked for, and the one exception that says what is missing and how to mend it."""

import os
from collections.abc import Iterator
from pathlib import Path

SETS = ("omniglot-py", "images_background", "images_evaluation", "MNIST", "stl10_binary", "att_faces")


class DataError(Exception):
    """A data set is missing, partial or corrupt. The message names the file and the mending command."""


def cache_path() -> Path:
    """The folder for prepared and downloaded data, `$XDG_CACHE_HOME/few-label-labs`, made or not."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "few-label-labs"


def cache_dir() -> Path:
    """The same folder, made if needed.

    Raises:
        DataError: it cannot be made.
    """
    folder = cache_path()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(
            f"{folder} cannot be made ({error.strerror}): set XDG_CACHE_HOME to a folder of yours."
        ) from error
    return folder


def data_roots(data_dir: str | os.PathLike[str] | None = None) -> Iterator[Path]:
    """Folders that may hold data sets in torchvision's layouts, in the order they are asked.

    First `data_dir` where given, then the folder named by `COURSE_DATA`, then the cache folder.
    """
    if data_dir is not None:
        yield Path(data_dir)
    if course_data := os.environ.get("COURSE_DATA"):
        yield Path(course_data)
    yield cache_path()


def sets_found() -> list[Path]:
    """The folders of real data sets that are in reach, in torchvision's layouts."""
    return [root / name for root in data_roots() for name in SETS if (root / name).is_dir()]


def root_of(inside: str) -> Path | None:
    """The first of the folders that holds `inside`, such as `MNIST/raw`."""
    return next((root for root in data_roots() if (root / inside).exists()), None)
