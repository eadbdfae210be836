"""The trusted side's door to the sandbox: a context manager around one fork server."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self, cast

import autograder
from autograder.sandbox import Job, Level, Recording, SandboxError, scratch, usage
from autograder.sandbox.clock import WALL
from autograder.sandbox.turns import Turns
from autograder.sandbox.wire import read_recording, write_job

# Everything else in the environment stays outside. The fixed hash seed makes runs repeatable.
_KEPT = ("PATH", "HOME", "LD_LIBRARY_PATH", "TMPDIR", "XDG_CACHE_HOME", "MPLCONFIGDIR")
_SET = {
    "LANG": "C.UTF-8", "PYTHONHASHSEED": "0", "MPLBACKEND": "Agg", "CUDA_VISIBLE_DEVICES": "",
    "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",  # see `kernel.use_huge_pages`
}  # fmt: skip


_LEAK_KB = 256 << 10


class ForkServer:
    """A torch-warm process that runs jobs, each in a box of its own. Use it as a context manager.

    It starts when it is first needed, or with `start`. One that dies or grows is replaced.

    Args:
        preload: modules that the server imports once, so that no box has to; missing ones are no error.
        level: how far a box must be confined; `None` is the best that this machine can.
        places: how many jobs run at a time; by default as many as there are processors.
    """

    def __init__(
        self, preload: Sequence[str] = ("torch",), level: Level | None = None, places: int | None = None
    ) -> None:
        self.places = places or os.cpu_count() or 1
        self._closed = False
        self._preload = tuple(preload)
        self._wanted = level
        self._server: _Server | None = None
        self._lock = threading.Lock()
        self._turns = Turns()

    def __enter__(self) -> Self:
        return self

    def start(self) -> Self:
        """Start the server and do not wait for it: its imports take as long as the caller's own."""
        with self._lock:
            self._server = self._server or _Server(self._preload, self._wanted)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._closed = True
            if self._server is not None:
                self._server.stop()
            self._server = None

    @property
    def level(self) -> Level:
        """The confinement that boxes reach."""
        level = self._running().level
        assert level is not None
        return level

    @property
    def pid(self) -> int:
        """The process that every box descends from."""
        return self._running().pid

    def record(self, job: Job) -> Recording:
        """Run a submission's cells and calls in a box, and bring out what it computed.

        Several threads may do so at once. Where time ran out since the machine was busy, the job is run again
        with no other beside it. Where the server or the job's watcher dies or falls silent, it is tried once
        more, on a new server if need be.

        Raises:
            SandboxError: the box itself failed, twice; nothing is known about the submission.
        """
        with self._turns.beside():
            recording = self._recorded(job)
        if recording.busy:
            with self._turns.alone():
                recording = replace(self._recorded(job), alone=True)
        return recording

    def _recorded(self, job: Job) -> Recording:
        for _ in range(2):
            server = self._running()
            try:
                return server.record(job)
            except (EOFError, OSError) as error:
                problem = error
                if isinstance(error, TimeoutError) or not server.alive():
                    self._discard(server)
            finally:
                if server.has_grown():
                    self._discard(server)
        raise SandboxError(f"The sandbox failed twice and gave no answers: {problem}.") from problem

    def _running(self) -> "_Server":
        with self._lock:
            if self._closed:  # a job that was stopped must not start another server
                raise SandboxError("The grading was stopped.")
            if self._server is None:
                self._server = _Server(self._preload, self._wanted)
            try:
                self._server.wait_until_ready()
            except SandboxError:
                self._server = None
                raise
            return self._server

    def _discard(self, server: "_Server") -> None:
        """Have the next job start a new server; this one ends with its last job."""
        with self._lock:
            if self._server is server:
                self._server = None
        server.stop_when_idle()


def _patience(job: Job) -> float:
    """Seconds after which no recording comes any more: longer than all that its watcher waits for."""
    return 60 + WALL * (3 * job.limits.cells_seconds + 2 * len(job.calls) * job.limits.probe_seconds)


class _Server:
    """One server process."""

    def __init__(self, preload: Sequence[str], wanted: Level | None) -> None:
        if not hasattr(os, "fork"):
            raise SandboxError(
                f"The sandbox needs a system that can fork; {sys.platform} cannot. Use Linux or WSL."
            )
        self._folder = tempfile.TemporaryDirectory(prefix="box-", ignore_cleanup_errors=True)
        self._socket, theirs = socket.socketpair()
        self._lock = threading.Lock()
        arguments = [str(theirs.fileno()), wanted or "best", self._folder.name, *preload]
        package_root = str(Path(autograder.__file__).parents[1])
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "autograder.sandbox.server", *arguments],
            env={**kept, **_SET, "PYTHONPATH": package_root},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,  # a Ctrl-C is for the client, which then stops the server
        )
        theirs.close()
        self.level: Level | None = None
        self._jobs = 0
        self._discarded = False
        self._memory_kb = 0

    def wait_until_ready(self) -> None:
        """Wait for the server's imports; raises SandboxError where it cannot confine a box as wanted."""
        if self.level is not None:
            return
        with self._socket.makefile("r", encoding="utf-8") as lines:
            hello = lines.readline().strip()
        if not hello or hello.startswith("!"):
            self.stop()
            reason = hello[1:] or f"it ended with exit code {self._process.returncode}"
            raise SandboxError(f"The sandbox could not be started: {reason}. Try: autograder doctor")
        self.level = cast(Level, hello)
        self._memory_kb = usage.own_kb(self._process.pid)

    def record(self, job: Job) -> Recording:
        with self._lock:
            self._jobs += 1
        try:
            return self._record(job)
        finally:
            with self._lock:
                self._jobs -= 1
            if self._discarded:
                self.stop_when_idle()

    def stop_when_idle(self) -> None:
        """Stop as soon as no job is running on this server."""
        with self._lock:
            self._discarded = True
            if self._jobs:
                return
        self.stop()

    def has_grown(self) -> bool:
        """Whether it holds much more memory than at its start: it serves no bytes, so that is a leak."""
        return usage.own_kb(self._process.pid) > self._memory_kb + _LEAK_KB

    def _record(self, job: Job) -> Recording:
        mine, theirs = socket.socketpair()
        with mine:
            with theirs, self._lock:
                socket.send_fds(self._socket, [b"j"], [theirs.fileno()])
            mine.settimeout(_patience(job))
            write_job(mine, job.without_names())
            recording = read_recording(mine)
        if isinstance(recording, str):
            raise SandboxError(recording)
        named = zip(job.calls, recording.answers, strict=True)
        return replace(recording, answers=tuple(replace(answer, case=call.case) for call, answer in named))

    @property
    def pid(self) -> int:
        return self._process.pid

    def alive(self) -> bool:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=0.2)  # its sockets close a moment before it can be waited for
        return self._process.poll() is None

    def stop(self) -> None:
        """End the server, and with it its watchers and their boxes."""
        self._socket.close()
        if self.level is None:  # still importing: it would notice only afterwards
            self._process.kill()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        scratch.remove(Path(self._folder.name))  # what the server left, if it was killed
        self._folder.cleanup()
