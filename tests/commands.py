"""`autograder` commands whose imports are made: each runs in a fork of one process that has made them.

To start Python and to import torch costs more than most commands that tests give; the server of their boxes
imports torch once more, and is such a fork, too. Tests of these starts, of signals, of the environment and of
secrets begin processes of their own.
"""

import json
import multiprocessing
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from multiprocessing.forkserver import ensure_running
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import autograder
from autograder.results.schema import Result
from autograder.sandbox import client

_FORKED = multiprocessing.get_context("forkserver")
_FORKED.set_forkserver_preload(["tests.imported"])


def command_line(*arguments: object) -> list[str]:
    """What starts `autograder` afresh."""
    return [sys.executable, "-P", "-m", "autograder", *map(str, arguments)]


def run(course: Path, *arguments: object, timeout: float = 900) -> "subprocess.CompletedProcess[str]":
    """Run `autograder` in a course, as `subprocess.run` would.

    Raises:
        subprocess.TimeoutExpired: it took longer than `timeout` seconds.
    """
    argv = [f"{autograder.__path__[0]}/__main__.py", *map(str, arguments)]
    os.umask(umask := os.umask(0))
    with tempfile.NamedTemporaryFile() as out, tempfile.NamedTemporaryFile() as errors:
        given = argv, course, dict(os.environ), umask, (out.name, errors.name)
        command = _FORKED.Process(target=_be_the_command, args=given)
        with mock.patch.dict(os.environ, client._SET):  # what a server must begin with
            ensure_running()
        command.start()
        command.join(timeout)
        if command.exitcode is None:
            command.kill()
            raise subprocess.TimeoutExpired(argv, timeout)
        told, complaints = (Path(file.name).read_text() for file in (out, errors))
        return subprocess.CompletedProcess(argv, command.exitcode, told, complaints)


def grade(course: Path, lab: str, handed_in: Path, out: Path) -> dict[str, Result]:
    """The results of a class, by student."""
    ran = run(course, "grade", lab, handed_in, "--out", out)
    assert ran.returncode == 0, ran.stdout + ran.stderr  # 3 would say that something of ours failed
    return results_in(out)


def results_in(out: Path) -> dict[str, Result]:
    """What has been graded, by student."""
    paths = (out / "results").glob("*.json")
    return {path.stem: Result.model_validate_json(path.read_bytes()) for path in paths}


def _be_the_command(
    argv: list[str], course: Path, environment: Mapping[str, str], umask: int, outputs: tuple[str, str]
) -> None:
    from autograder.cli import main

    for number, path in enumerate(outputs, start=1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_APPEND), number)
    os.umask(umask)
    os.chdir(course)
    _set_environment(environment)
    sys.argv = argv
    sys.path[:] = [place for place in sys.path if place]  # as with -P
    client.subprocess = SimpleNamespace(**vars(subprocess) | {"Popen": _Server()})  # type: ignore[assignment]
    main()


class _Server:
    """In place of `subprocess.Popen`, which would start the sandbox's server: forked before the command has
    read anything, it waits until it is called for. A second one is started as ever.
    """

    def __init__(self) -> None:
        self._calls, calls = socket.socketpair()
        self._process = multiprocessing.get_context("fork").Process(
            target=_be_the_server, args=(calls, self._calls), daemon=True
        )
        self._process.start()
        calls.close()
        self.pid, self.kill = self._process.pid, self._process.kill

    def __call__(self, argv: list[str], env: Mapping[str, str], pass_fds: Sequence[int], **how: Any) -> Any:
        with self._calls as calls:
            if calls.fileno() < 0:
                return subprocess.Popen(argv, env=env, pass_fds=pass_fds, **how)
            socket.send_fds(calls, [json.dumps([argv, env]).encode()], pass_fds)
        return self

    def wait(self, timeout: float | None = None) -> None:
        self._process.join(timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired("the server", timeout or 0)

    def poll(self) -> int | None:
        return self._process.exitcode

    returncode = property(poll)


def _be_the_server(calls: socket.socket, others: socket.socket) -> None:
    from autograder.sandbox import server

    others.close()
    called, fds, *_ = socket.recv_fds(calls, 1 << 16, 1)
    if not called:  # the command had no use for one
        return
    argv, environment = json.loads(called)
    _, level, folder, *modules = argv[argv.index("autograder.sandbox.server") + 1 :]
    _set_environment(environment)
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    if sys.platform == "linux":
        from autograder.sandbox import kernel

        kernel.use_huge_pages = lambda: None  # what it was forked from has done so
    server.main(fds[0], level, Path(folder), modules)
    os._exit(0)


def _set_environment(environment: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
