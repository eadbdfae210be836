"""The fork server: imports torch once, then forks a watcher for each submission. Trusted.

It never touches the bytes of a submission or an answer, else the next fork could find them in its heap:
all it gets is one file descriptor a job, which the watcher reads. Started by exec with a clean
environment: python -P -m autograder.sandbox.server FD LEVEL FOLDER MODULE...
"""

import contextlib
import gc
import importlib
import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import cast, get_args

from autograder.sandbox import Level, levels, places, scratch, usage


def main(fd: int, wanted: str, folder: Path, preload: list[str]) -> None:
    """Say hello with the level reached (or why not), then serve until the client goes away."""
    client = socket.socket(fileno=fd)
    candidates = get_args(Level) if wanted == "best" else (cast(Level, wanted),)
    reached: Level | None = next((name for name in candidates if not levels.why_not(name)), None)
    if reached is None:
        client.sendall(f"!level {wanted} does not work here: {levels.why_not(candidates[0])}\n".encode())
        return
    if reached == "setuid":
        folder.chmod(0o711)
    gc.disable()  # to look through what torch brings, again and again, takes an eighth of its import
    for name in ("torch", "safetensors.numpy", *preload):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    import torch

    from autograder.sandbox import watcher  # not above: it imports torch, and a level may be refused before

    torch.set_num_threads(1)
    places.readable()
    signal.signal(signal.SIGCHLD, _reap)
    gc.collect()
    gc.enable()
    gc.freeze()  # forks share these pages as long as no collection writes to them
    if sys.platform == "linux":
        from autograder.sandbox import kernel

        kernel.use_huge_pages()
        kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
    with contextlib.suppress(ConnectionError):  # a client that was killed while this started
        client.sendall(f"{reached}\n".encode())
        while fds := socket.recv_fds(client, 1, 1)[1]:
            if os.fork() == 0:
                client.close()
                _run(lambda connection: watcher.watch(connection, reached, folder), fds[0])
            os.close(fds[0])
    _leave_nothing(folder)


def _leave_nothing(folder: Path) -> None:
    """The client has gone, perhaps killed: end all watchers, and what their boxes leave without them."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    usage.end_orphans()
    scratch.remove(folder)


def _reap(*_: object) -> None:
    """Wait for the watchers that have ended, so that the system counts the time they took as ours."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _run(watch: Callable[[socket.socket], None], fd: int) -> None:
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        if sys.platform == "linux":
            from autograder.sandbox import kernel

            kernel.die_with_parent()
        with socket.socket(fileno=fd) as connection:
            watch(connection)
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), sys.argv[4:])
    os._exit(0)  # taking torch down in order takes most of a second
