"""A box's scratch folder from outside: what it holds, and its end. Runs in the watcher and the server.

A stranger made it: it may be thousands of folders deep, where no path reaches and no recursion ends, and
closed to its owner. So it is read without recursion, and taken apart from above.
"""

import errno
import math
import os
import shutil
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

_MOST_FILES = 1_000  # as many as the file system of level full has room for
_GONE = (errno.ENOENT, errno.ENOTDIR)  # since its name was read


def used_kb(folder: Path, pids: Sequence[int]) -> float:
    """Disk space in KiB of the files below a folder, and of removed ones that the processes hold open.

    Infinite where there are too many files, or a folder that cannot be listed, be it closed or too deep.
    """
    blocks: dict[int, int] = {}  # of 512 bytes, by inode
    folders = [str(folder)]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    with suppress(FileNotFoundError):
                        info = entry.stat(follow_symlinks=False)
                        blocks[info.st_ino] = info.st_blocks
                        if stat.S_ISDIR(info.st_mode):
                            folders.append(entry.path)
        except OSError as error:
            if error.errno not in _GONE:
                return math.inf
        if len(blocks) > _MOST_FILES:
            return math.inf
    for pid in pids:
        with suppress(OSError):
            for opened in os.scandir(f"/proc/{pid}/fd"):
                with suppress(OSError):
                    info = os.stat(opened.path)
                    if stat.S_ISREG(info.st_mode) and not info.st_nlink:
                        blocks[info.st_ino] = info.st_blocks
    return sum(blocks.values()) / 2


def remove(folder: Path) -> None:
    """Remove a folder in which no process is left, and all that is below it.

    Of each folder the folders in it are moved to the top before it goes, so that no path becomes long. What
    the system will not remove stays.
    """
    waiting, number = _opened_in(str(folder)), 0
    while waiting:
        here = waiting.pop()
        for inner in _opened_in(here):
            while os.path.lexists(f"{folder}/{number}"):
                number += 1
            with suppress(OSError):
                os.rename(inner, f"{folder}/{number}")
                waiting.append(f"{folder}/{number}")
        shutil.rmtree(here, ignore_errors=True)  # files alone by now
    shutil.rmtree(folder, ignore_errors=True)


def _opened_in(folder: str) -> list[str]:
    """The folders in a folder, once their owner may enter them again."""
    inside: list[str] = []
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                os.chmod(entry.path, 0o700)
                inside.append(entry.path)
    return inside
