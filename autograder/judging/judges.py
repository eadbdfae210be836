"""Judges: processes that ask the graders, each task within a budget of time and memory. Trusted side.

An answer can be shaped so that a grader, or what looks for a known mistake, works for hours. A judge that is
out of its budget ends, and the task that it was at is `internal`; a new one goes on with the class. They are
forks of a process that has collected the graders and has one thread; several judge at a time.
"""

import gc
import math
import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from multiprocessing.connection import Connection
from types import TracebackType
from typing import NoReturn, Self

from autograder.course.rubric import Rubric
from autograder.judging.expectations import Expectations, answers_of
from autograder.judging.judge import failed_task, judge, judge_safely
from autograder.judging.session import Graders
from autograder.results.schema import TaskResult
from autograder.sandbox import Recording
from autograder.sandbox.usage import data_kb

CPU_SECONDS = 120  # of a task: a network that was handed in takes some seconds, all else much less than one
MEMORY_MB = 4096  # above what a judge begins with
_ASKS, _DECIDES = b"a", b"d"  # what a judge says: which grader it asks now, what came of a task


class Judges:
    """Some judges, made as they are needed. Several threads may have submissions judged. A context manager.

    Args:
        most: how many judge at a time.
    """

    def __init__(self, graders: Graders, rubric: Rubric, expectations: Expectations, most: int) -> None:
        self._rubric = rubric
        self._idle: list[Connection] = []
        self._turns = threading.BoundedSemaphore(most)
        self._requests, theirs = socket.socketpair()
        self._pid = os.fork()
        if self._pid == 0:
            _make_judges(theirs, graders, rubric, expectations)
        os.setpgid(self._pid, self._pid)  # a Ctrl-C is for who gave the command
        theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.killpg(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)

    def decide(self, recording: Recording) -> Iterator[TaskResult]:
        """Every task of the rubric, in its order, as soon as it is decided."""
        left = list(self._rubric.tasks)
        with self._turns:
            while left:
                judge, asked = self._idle.pop() if self._idle else self._new(), ""
                try:
                    judge.send((recording, left))
                    while left:
                        said = judge.recv_bytes()
                        if said.startswith(_DECIDES):
                            left.pop(0)
                            yield TaskResult.model_validate_json(said[1:])
                        else:
                            asked = said[1:].decode()
                except (EOFError, OSError):
                    judge.close()
                    task_id = left.pop(0)
                    yield failed_task(task_id, self._rubric.tasks[task_id], asked, _OUT_OF_BUDGET)
                else:
                    self._idle.append(judge)

    def _new(self) -> Connection:
        mine, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self._requests, [b"j"], [theirs.fileno()])
        return Connection(mine.detach())


_OUT_OF_BUDGET = (
    f"it took more than {CPU_SECONDS} s of a processor, or its process was ended by another; "
    "the answers may be made for that"
)


def _make_judges(
    requests: socket.socket, graders: Graders, rubric: Rubric, expectations: Expectations
) -> NoReturn:
    """Fork a judge for each connection that comes in, until nobody asks any more."""
    try:
        os.setpgid(0, 0)  # whoever comes first
        os.closerange(3, requests.fileno())
        os.closerange(requests.fileno() + 1, os.sysconf("SC_OPEN_MAX"))
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        signal.signal(signal.SIGXCPU, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if torch := sys.modules.get("torch"):
            torch.set_num_threads(1)
        gc.freeze()  # judges share these pages as long as no collection writes to them
        warm = False
        while fds := socket.recv_fds(requests, 1, 1)[1]:
            if not warm:  # what graders work out once, of the reference's answers and networks
                warm = bool(list(judge(graders, rubric, expectations.combinations[0], expectations)))
            if os.fork() == 0:
                requests.close()
                _judge(Connection(fds[0]), graders, rubric, expectations)
            os.close(fds[0])
        os.killpg(0, signal.SIGKILL)  # who gave the command was killed: end what judges still
    finally:
        os._exit(1)


def _judge(to: Connection, graders: Graders, rubric: Rubric, expectations: Expectations) -> NoReturn:
    try:
        heard = graders.heard_by(lambda grader: to.send_bytes(_ASKS + grader.name.encode()))
        _limit(resource.RLIMIT_DATA, (data_kb() << 10) + (MEMORY_MB << 20))
        while True:
            recording, tasks = to.recv()
            answers = answers_of(recording, rubric.limits)
            for task_id in tasks:
                used = resource.getrusage(resource.RUSAGE_SELF)
                _limit(resource.RLIMIT_CPU, math.ceil(used.ru_utime + used.ru_stime) + CPU_SECONDS)
                task = judge_safely(task_id, rubric.tasks[task_id], heard, answers, expectations)
                to.send_bytes(_DECIDES + task.model_dump_json().encode())
    except (EOFError, OSError):  # nobody asks any more
        pass
    finally:
        os._exit(0)


def _limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
