"""Where boxes come from: a fork of the watcher that never holds an input or an answer. Runs beside it.

A box begins as a copy of the process that forks it, and a submission can search its own memory. The watcher
gathers answers, in which a submission may have sent out what a secret case holds; so it forks this process
before it has asked anything, and all boxes come from here, also those that take the place of one that hung.
"""

import json
import os
import socket
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import NoReturn

from autograder.sandbox import Job, Level, box, confine, kernel, usage

_LONGEST = 1 << 16  # bytes of a request: what is left out of the cells


class Nursery:
    """The watcher's end of it.

    Args:
        job: without its inputs. foreign: open files of the watcher that no box may know.
    """

    def __init__(self, job: Job, level: Level, foreign: Iterable[int]) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.pid = os.fork()
        if self.pid == 0:
            self._socket.close()
            _serve(job, level, theirs, foreign)
        theirs.close()

    def new_box(
        self, scratch: Path, left_out: Collection[tuple[int, int]], definitions: bool, ends: box.Ends
    ) -> int:
        """The pid of a new box, a child of the watcher, which is a subreaper.

        Raises:
            OSError: there is none; says why.
        """
        request = json.dumps([str(scratch), sorted(left_out), definitions]).encode()
        socket.send_fds(self._socket, [request], [ends.control.fileno(), ends.reports, ends.output])
        told = self._socket.recv(1000).decode(errors="replace")
        if not told.isdecimal():
            raise OSError(told or "its maker is gone")
        return int(told)


def _serve(job: Job, level: Level, requests: socket.socket, foreign: Iterable[int]) -> NoReturn:
    try:
        kernel.die_with_parent()
        for opened in foreign:
            os.close(opened)
        while True:
            request, fds, _, _ = socket.recv_fds(requests, _LONGEST, 3)
            if len(fds) != 3:
                break
            scratch, left_out, definitions = json.loads(request)
            ends = box.Ends(socket.socket(fileno=fds[0]), fds[1], fds[2])
            data_bytes = (usage.data_kb() << 10) + (job.limits.memory_mb << 20)
            plan = confine.Plan(level, job.public_dir, Path(scratch), data_bytes, job.limits.scratch_mb)
            requests.send(_made(job, plan, {(cell, one) for cell, one in left_out}, definitions, ends))
            ends.control.close()
            os.close(ends.reports)
            os.close(ends.output)
    finally:
        os._exit(0)


def _made(
    job: Job, plan: confine.Plan, left_out: Collection[tuple[int, int]], definitions: bool, ends: box.Ends
) -> bytes:
    """The pid of a box as text, or why there is none.

    The process that forks it ends at once, so that it becomes the watcher's child; at level full that process
    also enters the namespaces, of which the box is the first inhabitant.
    """
    told, tell = os.pipe()
    maker = os.fork()
    if maker == 0:
        try:
            if plan.level == "full":
                confine.enter_namespaces()
            pid = os.fork() or box.run(job, plan, left_out, definitions, ends)
            os.write(tell, b"%d" % pid)
        except OSError as error:
            os.write(tell, f"no namespaces: {error}".encode())
        finally:
            os._exit(0)
    os.close(tell)
    os.waitpid(maker, 0)
    text = os.read(told, 1000)
    os.close(told)
    return text or b"it died"
