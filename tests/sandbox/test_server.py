"""The server: several threads, a death, what cannot be."""

import threading

import pytest

from autograder.course.rubric import Limits
from autograder.sandbox import Call, Job, SandboxError
from autograder.sandbox.client import ForkServer
from autograder.submission import Cell

pytestmark = pytest.mark.slow
SHORT = Limits(cells_seconds=8, cell_seconds=1, probe_seconds=1, memory_mb=300)
DOUBLE = "def double(x): return 2 * x\n"
CRASH = "import ctypes; ctypes.string_at(0)"


def test_several_threads_record_at_once(server, public_dir):
    def record(number: int) -> None:
        cell = Cell("lab.ipynb", 1, f"def observe(): return {{'n': {number}}}")
        call = Call("observe", "a", '{"schema": "case/1", "probe": "observe"}')
        frames[number] = server.record(Job((cell,), (call,), public_dir, limits=SHORT)).answers[0].frame

    frames: dict[int, bytes] = {}
    threads = [threading.Thread(target=record, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(b'"n": %d' % number in frames[number] for number in range(6))


def test_dead_server_is_started_again(public_dir):
    job = Job((), (), public_dir)
    with ForkServer(preload=()) as server:
        assert server.record(job).answers == ()
        first = server._server
        first._process.kill()
        assert server.record(job).answers == ()
        assert server._server is not first


def test_unknown_level_says_why(works):
    missing = [level for level, why in works.items() if why]
    if not missing:
        pytest.skip("every level works here")
    with ForkServer(level=missing[0]) as server, pytest.raises(SandboxError, match=missing[0]):
        server.level  # noqa: B018


def test_file_name_that_leads_out_is_our_failure_not_a_write(server, public_dir):
    with pytest.raises(SandboxError, match="leads out"):
        server.record(Job((), (), public_dir, files={"../out.txt": b""}))
