"""What the inside of a box may read. Worked out in the server, before any student code."""

import os
import site
import sys
import sysconfig
from functools import cache
from pathlib import Path

import data_utils

_SYSTEM = (
    "/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64",
    "/usr/share/zoneinfo", "/usr/share/fonts", "/etc/ld.so.cache", "/etc/localtime", "/etc/fonts",
    "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu",
)  # fmt: skip
DEVICES = tuple(Path(p) for p in ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random"))


@cache
def readable() -> tuple[Path, ...]:
    """Python's libraries, the system's, and `data_utils`; never the course around them. Existing paths.

    Only library folders of the interpreter are named, not its prefix, since a prefix such as `/usr` or
    a home folder may hold anything else.
    """
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    libraries = [sysconfig.get_path(name) for name in names]
    libraries += [os.path.join(prefix, "lib") for prefix in {sys.prefix, sys.base_prefix}]
    libraries += [p for p in sys.path if Path(p).name in ("site-packages", "dist-packages")]
    if site.ENABLE_USER_SITE:
        libraries.append(site.getusersitepackages())
    libraries += [link for folder in libraries for link in _linked(folder)]
    libraries += list(data_utils.__path__)
    paths = sorted({Path(p) for p in (*libraries, *_SYSTEM) if os.path.exists(p)})
    return tuple(p for p in paths if not any(q in paths for q in p.parents))


def _linked(folder: str) -> list[str]:
    """Where the packages of a library folder lie that are links into another: `uv --link-mode=symlink`.

    A link to the course, to a part of it or to what is around it stays closed.
    """
    if Path(folder).name not in ("site-packages", "dist-packages") or not os.path.isdir(folder):
        return []
    linked = [os.path.realpath(entry) for entry in os.scandir(folder) if entry.is_symlink()]
    course = os.path.dirname(os.path.realpath(data_utils.__path__[0]))
    return [path for path in linked if os.path.commonpath([path, course]) not in (path, course)]


def search_path(public_dir: Path, scratch: Path) -> list[str]:
    """`sys.path` inside: the given helpers, the student's own modules, then the libraries."""
    libraries = [p for p in sys.path if any(Path(p).is_relative_to(q) for q in readable())]
    return [str(public_dir), str(scratch), *libraries]
