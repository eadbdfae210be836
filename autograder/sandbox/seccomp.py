"""seccomp: closes what Landlock does not govern. Runs inside, before the cells and again in each fork.

A list of what is refused, since torch and Python need hundreds of calls; calls newer than the list are
answered as if the kernel had none.
"""

import ctypes
import errno
import platform
import struct
from collections.abc import Iterable

from autograder.sandbox import kernel

# name: number on x86_64, on aarch64 (None: the processor has no such call)
_REFUSED: dict[str, tuple[int | None, int | None]] = {
    # sockets, all but pairs of streams: see `_only_pairs_of_streams`
    "socket": (41, 198), "connect": (42, 203), "accept": (43, 202), "bind": (49, 200),
    "listen": (50, 201), "accept4": (288, 242),
    # programs
    "execve": (59, 221), "execveat": (322, 281), "vfork": (58, None),
    # metadata of files that can be seen but not opened
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "chown": (92, None), "lchown": (94, None), "fchown": (93, 55), "fchownat": (260, 54),
    "utime": (132, None), "utimes": (235, None), "futimesat": (261, None), "utimensat": (280, 88),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "removexattr": (197, 14),
    "lremovexattr": (198, 15), "fremovexattr": (199, 16), "setxattrat": (463, 463),
    "removexattrat": (466, 466),
    # watching other people's files
    "inotify_init": (253, None), "inotify_init1": (294, 26), "inotify_add_watch": (254, 27),
    "fanotify_init": (300, 262), "fanotify_mark": (301, 263),
    # locks on files that others may read, too, and what tells which parts of them are in memory
    "flock": (73, 32), "mincore": (27, 232), "fadvise64": (221, 223), "readahead": (187, 213),
    "cachestat": (451, 451), "move_pages": (279, 239), "migrate_pages": (256, 238),
    "io_setup": (206, 0), "io_submit": (209, 2), "statfs": (137, 43), "fstatfs": (138, 44),
    # waking who waits on a page of the same file; see also `_wakes_only_its_own`
    "futex_wake": (454, 454), "futex_requeue": (456, 456), "futex_waitv": (449, 449),
    "futex_wait": (455, 455),
    # memory that RLIMIT_DATA does not count
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194), "shmat": (30, 196),
    "shmctl": (31, 195), "semget": (64, 190), "msgget": (68, 186), "mq_open": (240, 180),
    # queues and semaphores that others made: where they lie in no namespace of its own, a number finds them
    "msgsnd": (69, 189), "msgrcv": (70, 188), "msgctl": (71, 187), "semop": (65, 193), "semctl": (66, 191),
    "semtimedop": (220, 192), "mq_unlink": (241, 181),
    # wide doors into the kernel
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    # namespaces and mounts
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39),
    "pivot_root": (155, 41), "chroot": (161, 51), "open_tree": (428, 428), "move_mount": (429, 429),
    "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433),
    "mount_setattr": (442, 442), "open_tree_attr": (467, 467),
    # other processes
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "kcmp": (312, 272), "pidfd_open": (434, 434), "pidfd_getfd": (438, 438),
    "process_madvise": (440, 440), "process_mrelease": (448, 448),
    # limits and priorities
    "setrlimit": (160, 164), "setpriority": (141, 140), "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119), "sched_setaffinity": (203, 122), "sched_setattr": (314, 274),
    "ioprio_set": (251, 30),
}  # fmt: skip

# more for forks that run probes: they neither multiply nor signal
_REFUSED_TO_FORKS: dict[str, tuple[int | None, int | None]] = {
    "fork": (57, None), "kill": (62, 129), "tkill": (200, 130), "tgkill": (234, 131),
    "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240), "pidfd_send_signal": (424, 424),
}  # fmt: skip

_CLONE, _CLONE3, _PRCTL, _PRLIMIT = (56, 220), (435, 435), (157, 167), (302, 261)
_FCNTL, _IOCTL, _FUTEX, _PREADV2, _PWRITEV2 = (72, 25), (16, 29), (202, 98), (327, 286), (328, 287)
_SIGACTION, _SIGCHLD = (13, 134), 17
_SOCKETPAIR, _AF_UNIX = (53, 199), 1
_STREAMS = (1, 1 | 0x800, 1 | 0x80000, 1 | 0x80800)  # non-blocking, closed by exec, or both
# fcntl: to duplicate descriptors, and their own flags; no locks, leases and notices, which are the file's.
_FCNTL_COMMANDS = (0, 1, 2, 3, 4, 1030, 1032)
# ioctl: whether it is a terminal and how large, how much there is to read, and a descriptor's own flags.
_IOCTL_COMMANDS = (0x5401, 0x802C542A, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
_FUTEX_WAIT, _FUTEX_WAIT_BITSET, _FUTEX_PRIVATE, _FUTEX_REALTIME = 0, 9, 128, 256
_NEWEST_KNOWN = 467
_CLONE_VM, _CLONE_VFORK, _CLONE_THREAD = 0x100, 0x4000, 0x10000

_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_COLUMN = {"x86_64": 0, "aarch64": 1}

_LOAD, _EQUAL, _GREATER, _HAS_BITS, _RETURN = 0x20, 0x15, 0x25, 0x45, 0x06
_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data

_Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, operand


def refuse_dangerous_calls() -> None:
    """Refuse, with EPERM, what no lab needs. For good; needs no_new_privs. Raises OSError."""
    column = _column()
    refused = [numbers[column] for numbers in _REFUSED.values()]
    _install(
        [
            *_refuse(refused),
            *_on(_PRLIMIT[column], _refuse_unless_zero(argument=2)),  # reading limits is fine
            *_on(_PRCTL[column], _allow_only_death_signal()),
            *_on(_FCNTL[column], _allow_only(_FCNTL_COMMANDS, errno.EPERM)),
            *_on(_IOCTL[column], _allow_only(_IOCTL_COMMANDS, errno.ENOTTY)),
            *_on(_FUTEX[column], _wakes_only_its_own()),
            *_on(_SOCKETPAIR[column], _only_pairs_of_streams()),
            # they can ask for what is in memory only; libc falls back on the older ones
            *(one for call in (_PREADV2, _PWRITEV2) for one in _on(call[column], [_fail(errno.ENOSYS)])),
            # who ignores the death of children hides what they computed
            *_on(_SIGACTION[column], _refuse_if(_SIGCHLD)),
            # vfork-like clones are the cheapest fork bomb, and wait as if for a disk
            *_on(_CLONE[column], _allow_thread_or(without=_CLONE_VM | _CLONE_VFORK)),
        ]
    )


def refuse_forks_and_signals() -> None:
    """On top of the above, for a fork that runs probes. Threads stay. Raises OSError."""
    column = _column()
    refused = [numbers[column] for numbers in _REFUSED_TO_FORKS.values()]
    _install([*_refuse(refused), *_on(_CLONE[column], _allow_thread_or(without=None))])


def _column() -> int:
    if platform.machine() not in _COLUMN:
        raise OSError(errno.ENOSYS, f"seccomp: no table for {platform.machine()}")
    return _COLUMN[platform.machine()]


def _install(rules: list[_Instruction]) -> None:
    program: list[_Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, _AUDIT_ARCH[platform.machine()]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_GREATER, 0, 1, _NEWEST_KNOWN),  # also every call of the x32 interface
        _fail(errno.ENOSYS),
        *_on(_CLONE3[_column()], [_fail(errno.ENOSYS)]),  # its flags are in memory: libc falls back to clone
        *rules,
        (_RETURN, 0, 0, _ALLOW),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("<HBBI", *one) for one in program))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_uint16), ("code", ctypes.c_void_p))

    packed = Program(len(program), ctypes.cast(code, ctypes.c_void_p))
    kernel.syscall("seccomp", 1, 0, ctypes.byref(packed))


def _fail(number: int) -> _Instruction:
    return (_RETURN, 0, 0, 0x00050000 | number)


def _on(number: int, rule: list[_Instruction]) -> list[_Instruction]:
    """`rule` for the call `number`; a rule ends by returning, so the number stays loaded for the next."""
    return [(_EQUAL, 0, len(rule), number), *rule]


def _refuse(numbers: Iterable[int | None]) -> list[_Instruction]:
    return [one for n in numbers if n is not None for one in _on(n, [_fail(errno.EPERM)])]


def _refuse_if(first: int) -> list[_Instruction]:
    return [
        (_LOAD, 0, 0, _ARGUMENTS),
        (_EQUAL, 0, 1, first),
        _fail(errno.EPERM),
        (_RETURN, 0, 0, _ALLOW),
    ]


def _refuse_unless_zero(argument: int) -> list[_Instruction]:
    low = _ARGUMENTS + 8 * argument
    return [
        (_LOAD, 0, 0, low),
        (_EQUAL, 0, 2, 0),
        (_LOAD, 0, 0, low + 4),
        (_EQUAL, 1, 0, 0),
        _fail(errno.EPERM),
        (_RETURN, 0, 0, _ALLOW),
    ]


def _allow_only(commands: Iterable[int], error: int) -> list[_Instruction]:
    """By the second argument, as far as the kernel reads it: 32 bits."""
    rule: list[_Instruction] = [(_LOAD, 0, 0, _ARGUMENTS + 8)]
    for command in commands:
        rule += [(_EQUAL, 0, 1, command), (_RETURN, 0, 0, _ALLOW)]
    return [*rule, _fail(error)]


def _only_pairs_of_streams() -> list[_Instruction]:
    """socketpair: one of datagrams can send to any other socket that has a name, without `connect`."""
    unix = [(_LOAD, 0, 0, _ARGUMENTS), (_EQUAL, 1, 0, _AF_UNIX), _fail(errno.EPERM)]
    return [*unix, *_allow_only(_STREAMS, errno.EPERM)]


def _wakes_only_its_own() -> list[_Instruction]:
    """futex: what is private to a process, and waiting, which ends a thread's `join`.

    A page of a file that two boxes map is one futex: how many were woken there is heard from box to box.
    """
    waits = (_FUTEX_WAIT, _FUTEX_WAIT_BITSET, _FUTEX_WAIT_BITSET | _FUTEX_REALTIME)
    private: list[_Instruction] = [
        (_LOAD, 0, 0, _ARGUMENTS + 8),
        (_HAS_BITS, 0, 1, _FUTEX_PRIVATE),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return [*private, *_allow_only(waits, errno.EPERM)]


def _allow_only_death_signal() -> list[_Instruction]:
    return [
        (_LOAD, 0, 0, _ARGUMENTS),
        (_EQUAL, 0, 3, kernel.PR_SET_PDEATHSIG),
        (_LOAD, 0, 0, _ARGUMENTS + 8),
        (_EQUAL, 0, 1, 9),
        (_RETURN, 0, 0, _ALLOW),
        _fail(errno.EPERM),
    ]


def _allow_thread_or(without: int | None) -> list[_Instruction]:
    """clone: threads are allowed, and processes that do not ask for the flags `without` (None: none are)."""
    threads: list[_Instruction] = [
        (_LOAD, 0, 0, _ARGUMENTS),
        (_HAS_BITS, 0, 1, _CLONE_THREAD),
        (_RETURN, 0, 0, _ALLOW),
    ]
    namespaces = 0x7E020000
    if without is None:
        return [*threads, _fail(errno.EPERM)]
    return [
        *threads,
        (_HAS_BITS, 0, 1, without | namespaces),
        _fail(errno.EPERM),
        (_RETURN, 0, 0, _ALLOW),
    ]
