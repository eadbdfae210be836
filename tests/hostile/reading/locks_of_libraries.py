"""Tries what carries bits to another submission through a file that both may read: locks, leases, what is in memory."""

import ctypes
import fcntl
import os

import torch

_libc = ctypes.CDLL(None, use_errno=True)
_opened = os.open(torch.__file__, os.O_RDONLY)
for _number, _try in enumerate((
    lambda: fcntl.flock(_opened, fcntl.LOCK_SH),
    lambda: fcntl.lockf(_opened, fcntl.LOCK_SH),
    lambda: fcntl.fcntl(_opened, fcntl.F_SETLEASE, fcntl.F_RDLCK),
    lambda: os.posix_fadvise(_opened, 0, 0, os.POSIX_FADV_DONTNEED),
    lambda: os.preadv(_opened, [bytearray(8)], 0, os.RWF_NOWAIT),
    lambda: fcntl.ioctl(_opened, 0x40086602, bytes(8)),
)):  # fmt: skip
    try:
        _try()
        print("LEAK", _number)
    except OSError:
        pass
