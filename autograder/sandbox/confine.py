"""Shutting the box: what the first process of a box does to itself before it runs a student's code.

Runs inside, on our code only. Every step raises OSError where the kernel refuses: nothing is skipped in
silence. `enter_namespaces` comes before the box is forked, `shut` in the box itself.
"""

import ctypes
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from autograder.sandbox import Level, places

if sys.platform != "win32":
    import resource

if sys.platform == "linux":
    from autograder.sandbox import kernel, landlock, seccomp

_NEWNS, _NEWIPC, _NEWUSER = 0x20000, 0x8000000, 0x10000000
_NEWPID, _NEWNET = 0x20000000, 0x40000000
_NOSUID, _NODEV, _NOEXEC, _BIND, _REC, _PRIVATE = 2, 4, 8, 4096, 16384, 1 << 18

_FIRST_UID, _UIDS = 20_000, 40_000  # for boxes at level setuid: one each, so that none can touch another
_OPEN_FILES, _PROCESSES = 256, 64


@dataclass(frozen=True)
class Plan:
    """How one box is shut.

    `scratch` is the folder outside, see `shut` for where it is inside. `data_bytes` is the private memory
    of one process, with what the warm server holds already.
    """

    level: Level
    public_dir: Path
    scratch: Path
    data_bytes: int
    scratch_mb: int


def enter_namespaces() -> None:
    """New user, mount, network, IPC and, for children, PID namespaces. The user stays the same number."""
    uid, gid = os.geteuid(), os.getegid()
    kernel.unshare(_NEWUSER | _NEWNS | _NEWNET | _NEWIPC | _NEWPID)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")


def shut(plan: Plan) -> Path:
    """Confine this process for good; returns the scratch folder's path inside, empty and writable."""
    scratch = plan.scratch
    if plan.level == "process":
        _limit(plan)
        return scratch
    kernel.die_with_parent()
    if plan.level == "full":
        scratch = _new_root(plan)
    if plan.level == "setuid":
        _become_nobody(scratch)
    _limit(plan)
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    if plan.level in ("full", "landlock"):
        landlock.restrict((*places.readable(), plan.public_dir), places.DEVICES, scratch)
    kernel.drop_capabilities()
    kernel.die_with_parent()  # again: a change of user clears it
    seccomp.refuse_dangerous_calls()
    return scratch


def _new_root(plan: Plan) -> Path:
    """A file system that holds what the box may read and nothing else, so that nothing else has a name."""
    root = plan.scratch
    kernel.mount("none", "/", None, _REC | _PRIVATE)
    kernel.mount("box", str(root), "tmpfs", _NOSUID | _NODEV, "size=1m,nr_inodes=2000,mode=0755")
    for path in (*places.readable(), plan.public_dir, *places.DEVICES):
        _show(path, root)
    scratch = root / "scratch"
    scratch.mkdir()
    options = f"size={plan.scratch_mb}m,nr_inodes=1000,mode=0700"
    kernel.mount("scratch", str(scratch), "tmpfs", _NOSUID | _NODEV | _NOEXEC, options)
    old = root / "old"
    old.mkdir()
    kernel.syscall("pivot_root", ctypes.c_char_p(bytes(root)), ctypes.c_char_p(bytes(old)))
    os.chdir("/")
    kernel.unmount("/old")
    os.rmdir("/old")
    return Path("/scratch")


def _show(path: Path, root: Path) -> None:
    """Bind `path` to the same name under `root`, and keep the symlinks on the way to it."""
    real = path.resolve()
    target = Path(f"{root}{real}")
    if real != path and not os.path.lexists(f"{root}{path}"):
        _keep_links(path, root)
    if real.is_dir():
        target.mkdir(parents=True, exist_ok=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    kernel.mount(str(real), str(target), None, _BIND | _REC)


def _keep_links(path: Path, root: Path) -> None:
    for part in (*reversed(path.parents), path):
        if part.is_symlink() and not os.path.lexists(f"{root}{part}"):
            Path(f"{root}{part}").parent.mkdir(parents=True, exist_ok=True)
            os.symlink(os.readlink(part), f"{root}{part}")


def _become_nobody(scratch: Path) -> None:
    uid = _FIRST_UID + os.getpid() % _UIDS
    os.chown(scratch, uid, uid)
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    resource.setrlimit(resource.RLIMIT_NPROC, (_PROCESSES, _PROCESSES))


def _limit(plan: Plan) -> None:
    scratch = plan.scratch_mb << 20
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (scratch, scratch))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_DATA, (plan.data_bytes, plan.data_bytes))
