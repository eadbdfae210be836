"""The processes of a box: how many, how much memory they hold, and ending what is left of them.

Runs in the watcher and in the server; reads /proc.
"""

import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Look:
    """The processes below one, at one moment.

    Attributes:
        pids: of all; living: how many of them have not ended.
        cpu_seconds: what they have computed, with those of their children that they have waited for.
        wanting: their threads that compute, read from a disk, or would if they had a processor.
    """

    pids: list[int] = field(default_factory=list)
    living: int = 0
    cpu_seconds: float = 0.0
    wanting: list[int] = field(default_factory=list)


def look(pid: int, but: int = 0) -> Look:
    """What is below a process of one thread, without `but` and what that has forked."""
    found = [one for one in children(pid) if one != but]
    living, ticks, wanting = 0, 0, []
    for one in found:
        state = _stat(f"/proc/{one}/stat")
        living += state[:1] not in ([], ["Z"])
        ticks += sum(map(int, state[11:15]))
        with suppress(OSError):
            for task in os.listdir(f"/proc/{one}/task"):
                found += map(int, Path(f"/proc/{one}/task/{task}/children").read_text().split())
                if _stat(f"/proc/{one}/task/{task}/stat")[:1] in (["R"], ["D"]):
                    wanting.append(int(task))
    return Look(found, living, ticks / _TICKS, wanting)


def _stat(path: str) -> list[str]:
    """The fields of such a file from the state on; none where the process is gone."""
    try:
        return Path(path).read_text().rpartition(")")[2].split()
    except OSError:
        return []


def children(pid: int) -> list[int]:
    """The direct children of a process of one thread; none where the kernel does not list them."""
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def end_orphans(but: int = 0) -> None:
    """End all children of this process, a subreaper, even if they go on multiplying; `but` stays."""
    deadline = time.monotonic() + 5
    while (left := [one for one in children(os.getpid()) if one != but]) and time.monotonic() < deadline:
        for pid in left:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def own_kb(pid: int) -> int:
    """Memory that is no file's: anonymous and shared pages in KiB, those shared with a parent counted too."""
    return _sum_kb(f"/proc/{pid}/status", ("RssAnon:", "RssShmem:"))


def data_kb() -> int:
    """This process's private writable memory in KiB, what RLIMIT_DATA counts."""
    return _sum_kb("/proc/self/status", ("VmData:",))


def more_than(limit_kb: int, pids: list[int], base_kb: int) -> bool:
    """Whether these processes together hold more than `limit_kb` beyond the `base_kb` they began with.

    The quick sum counts a page once for each fork that shares it; only where that is above the limit
    are pages divided among their holders, which takes the kernel milliseconds.
    """
    if sum(max(0, own_kb(pid) - base_kb) for pid in pids) <= limit_kb:
        return False
    fair = ("Pss_Anon:", "Pss_Shmem:")
    return sum(_sum_kb(f"/proc/{pid}/smaps_rollup", fair) for pid in pids) > limit_kb


def _sum_kb(path: str, names: tuple[str, ...]) -> int:
    try:
        lines = Path(path).read_text().splitlines()
    except OSError:  # it has just ended
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith(names))
