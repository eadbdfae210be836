"""The first process of a box: shuts itself in, runs the cells, then forks once for each request.

Runs inside. Nothing it says is believed further than its own submission.
"""

import contextlib
import gc
import io
import os
import resource
import shutil
import signal
import socket
import struct
import sys
import tempfile
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from autograder.sandbox import Job, confine, hardware, places, runner
from autograder.sandbox.reports import Kind, Report

if sys.platform == "linux":
    from autograder.sandbox import kernel, seccomp

REQUEST = struct.Struct("<II")  # first call, last call + 1


@dataclass(frozen=True)
class Ends:
    """The inner ends of what joins a box to its watcher."""

    control: socket.socket  # requests come in
    reports: int
    output: int


def run(
    job: Job, plan: confine.Plan, left_out: Collection[tuple[int, int]], definitions: bool, ends: Ends
) -> NoReturn:
    """The whole life of a box; never returns."""

    def report(what: Report) -> None:
        data = what.pack()
        while data:
            data = data[os.write(ends.reports, data) :]

    try:
        if not ends.control.recv(1):  # it says when its maker is gone and the watcher is the parent
            os._exit(1)
        scratch = _settle(job, plan, ends)
        _insist_on_a_watcher(ends.control)
    except Exception as error:
        report(Report(Kind.FAILED, text=f"{type(error).__name__}: {error}".encode()))
        os._exit(1)
    report(Report(Kind.READY))
    try:
        hardware.forgive()
        runner.standard_state(job.seed)
        namespace = runner.run_cells(job.cells, left_out, definitions, report)
        probe = _probes(job)
        os.chdir(scratch)
        gc.freeze()  # a collection in a fork would write to every object, and the kernel copy every page
        report(Report(Kind.LOADED))
        _serve(job, plan, namespace, probe, ends, report)
    finally:
        os._exit(0)


def _settle(job: Job, plan: confine.Plan, ends: Ends) -> Path:
    os.setsid()  # kill(0, ...) reaches the box and no further
    null = os.open(os.devnull, os.O_RDWR)
    for number, opened in ((0, null), (1, ends.output), (2, ends.output)):
        os.dup2(opened, number)
    kept = {ends.control.fileno(), ends.reports}  # and 0, 1, 2
    _close_all_but(kept)
    sys.stdin = io.TextIOWrapper(io.FileIO(0, closefd=False), "utf-8")
    sys.stdout, sys.stderr = (
        io.TextIOWrapper(io.FileIO(number, "w", closefd=False), "utf-8", "replace", line_buffering=True)
        for number in (1, 2)
    )
    scratch = confine.shut(plan)
    os.listdir(job.public_dir)  # what the box cannot read is not the student's fault
    os.chdir(scratch)
    for name, data in job.files.items():
        path = scratch / name
        if not path.resolve().is_relative_to(scratch.resolve()):
            raise ValueError(f"the file name {name!r} leads out of the submission")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    home = str(scratch)
    os.environ.update(HOME=home, TMPDIR=home, XDG_CACHE_HOME=f"{home}/.cache", MPLCONFIGDIR=f"{home}/.mpl")
    tempfile.tempdir = None  # the watcher's, which it has looked up
    os.environ.update(USER="student", LOGNAME="student", MPLBACKEND="Agg", TQDM_DISABLE="1")
    sys.path[:] = places.search_path(job.public_dir, scratch)
    # `shutil.copy` ends by copying the mode, which seccomp refuses; the copy is what a student wants.
    shutil.copymode = shutil.copystat = lambda *paths, follow_symlinks=True: None
    sys.argv[:] = ["submission"]
    sys.dont_write_bytecode = True
    return scratch


def _insist_on_a_watcher(control: socket.socket) -> None:
    """From here on the kernel ends the box with its watcher; was that gone before, nobody holds the clock."""
    with contextlib.suppress(BlockingIOError):
        if not control.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT):
            os._exit(1)


def _close_all_but(kept: set[int]) -> None:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    start = 3
    for number in sorted(kept):
        if start < number:  # an empty range would close everything
            os.closerange(start, number)
        start = number + 1
    os.closerange(start, min(soft, 1 << 20))


def _probes(job: Job) -> Callable[[str], runner.Probe]:
    """Finds a probe by name. What went wrong in loading them is raised for every call."""
    try:
        module: Any = runner.load_probes(job)
    except BaseException as error:
        problem = error

        def broken(name: str) -> runner.Probe:
            raise problem

        return broken
    return lambda name: getattr(module, name)


def _serve(
    job: Job,
    plan: confine.Plan,
    namespace: dict[str, Any],
    probe: Callable[[str], runner.Probe],
    ends: Ends,
    report: Callable[[Report], None],
) -> None:
    while True:
        request, fds, _, _ = socket.recv_fds(ends.control, REQUEST.size, 2)
        if len(request) < REQUEST.size or len(fds) != 2:
            return
        pipe, inputs = fds
        first, last = REQUEST.unpack(request)
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(BaseException):  # the student may have put anything there
                stream.flush()
        child = os.fork()
        if child == 0:
            _answer_and_exit(job, plan, range(first, last), namespace, probe, pipe, inputs, ends)
        os.close(pipe)
        os.close(inputs)
        os.waitpid(child, 0)
        if os.getpid() == 1:  # alone in a PID namespace: whatever else is left is a stray
            _end_strays()
        report(Report(Kind.ENDED))


def _end_strays() -> None:
    with contextlib.suppress(OSError):
        os.kill(-1, signal.SIGKILL)
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass


def _answer_and_exit(
    job: Job,
    plan: confine.Plan,
    numbers: range,
    namespace: dict[str, Any],
    probe: Callable[[str], runner.Probe],
    pipe: int,
    inputs: int,
    ends: Ends,
) -> NoReturn:
    try:
        ends.control.close()
        os.close(ends.reports)
        if plan.level != "process":
            kernel.die_with_parent()
            seccomp.refuse_forks_and_signals()
        runner.answer_calls(job, numbers, namespace, probe, pipe, inputs)
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(BaseException):
                stream.flush()
    finally:
        os._exit(0)
