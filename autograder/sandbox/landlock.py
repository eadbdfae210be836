"""Landlock: which files a box may open, no TCP, no signals out of the box. Runs inside, before the cells."""

import ctypes
import os
from collections.abc import Iterable
from pathlib import Path

from autograder.sandbox import kernel

_WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 1, 1 << 2, 1 << 3
_REMOVE_DIR, _REMOVE_FILE = 1 << 4, 1 << 5
_MAKE_DIR, _MAKE_REG, _MAKE_SYM = 1 << 7, 1 << 8, 1 << 12
_TRUNCATE = 1 << 14

_READ = _READ_FILE | _READ_DIR
_WORK = (
    _READ | _WRITE_FILE | _TRUNCATE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _MAKE_SYM | 1 << 13
)
_OF_A_FILE = _READ_FILE | _WRITE_FILE | _TRUNCATE

_PATH_BENEATH = 1
_FIRST_ABI_WITH = {"refer": 2, "truncate": 3, "tcp": 4, "ioctl": 5, "scopes": 6}


def abi() -> int:
    """The version of Landlock that the kernel speaks; raises OSError where it has none."""
    return kernel.syscall("landlock_create_ruleset", None, 0, 1)


def restrict(readable: Iterable[Path], devices: Iterable[Path], scratch: Path) -> None:
    """From now on only `readable` can be read, `devices` and `scratch` also written. For good.

    Paths that do not exist are left out. Needs no_new_privs. Raises OSError.
    """
    version = abi()
    handled = _files_known_to(version)
    attributes = (ctypes.c_uint64 * 3)(
        handled,
        0b11 if version >= _FIRST_ABI_WITH["tcp"] else 0,  # bind, connect
        0b11 if version >= _FIRST_ABI_WITH["scopes"] else 0,  # abstract sockets, signals
    )
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = kernel.syscall("landlock_create_ruleset", ctypes.byref(attributes), size, 0)
    try:
        for path in readable:
            _allow(ruleset, path, _READ & handled)
        for path in devices:
            _allow(ruleset, path, (_READ_FILE | _WRITE_FILE | _TRUNCATE) & handled)
        _allow(ruleset, scratch, _WORK & handled)
        kernel.syscall("landlock_restrict_self", ruleset, 0)
    finally:
        os.close(ruleset)


def _files_known_to(version: int) -> int:
    """All rights over files that this ABI knows: a bit more is an error, a bit less is allowed to all."""
    bits = 13 + sum(version >= _FIRST_ABI_WITH[name] for name in ("refer", "truncate", "ioctl"))
    return (1 << bits) - 1


def _allow(ruleset: int, path: Path, rights: int) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        rights &= -1 if os.path.isdir(path) else _OF_A_FILE

        class PathBeneath(ctypes.Structure):
            _pack_ = 1
            _fields_ = (("rights", ctypes.c_uint64), ("fd", ctypes.c_int32))

        rule = PathBeneath(rights, opened)
        kernel.syscall("landlock_add_rule", ruleset, _PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(opened)
