"""`autograder` commands whose imports are made: each runs in a fork of one process that has made them.

To start Python and to import torch costs more than most commands that tests give. Tests of that start, of
signals, of the environment and of secrets begin processes of their own.
"""

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import autograder
from autograder.results.schema import Result

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
    with tempfile.NamedTemporaryFile() as out, tempfile.NamedTemporaryFile() as errors:
        os.umask(umask := os.umask(0))
        given = argv, course, dict(os.environ), umask, out.name, errors.name
        command = _FORKED.Process(target=_be, args=given)
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


def _be(
    argv: list[str], course: Path, environment: Mapping[str, str], umask: int, out: str, errors: str
) -> None:
    """In the fork: be the command, which ends the process."""
    for number, path in enumerate((out, errors), start=1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_APPEND), number)
    os.umask(umask)
    os.chdir(course)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = argv
    sys.path[:] = [place for place in sys.path if place]  # as with -P
    from autograder.cli import main

    main()
