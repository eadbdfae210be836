"""What is written to the pipe of answers by other than the probes: garbage and forgeries cost the forger."""

import pytest

from autograder.course.rubric import Limits

pytestmark = pytest.mark.slow
SHORT = Limits(cells_seconds=8, cell_seconds=1, probe_seconds=1, memory_mb=300)
DOUBLE = "def double(x): return 2 * x\n"
CRASH = "import ctypes; ctypes.string_at(0)"


# The pipe of answers belongs to the student's process, and is treated like it.

FORGE = """
import os, struct
from autograder.sandbox import answers
def frame(number, value):
    data = answers.encode({"y": value})
    return struct.pack("<IQ", number, len(data)) + data
def pipes():
    for fd in range(3, 64):
        try: os.fstat(fd)
        except OSError: continue
        yield fd
"""


def test_forged_frames_touch_no_other_case(run):
    cell = (
        FORGE
        + DOUBLE
        + """
def other(x):
    for fd in pipes():
        for number in (1, 2, 3, 7):
            try: os.write(fd, frame(number, "forged"))
            except OSError: pass
    return x
"""
    )
    seen = run(cell, calls=["other/a", "other/b", "double/a"])
    assert seen.answers["double/a"].values["twice"].tolist() == [2, 4]
    assert seen.outcomes["other/a"] == "ok"


def test_duplicate_frames_do_not_shift_labels(run):
    cell = (
        FORGE
        + """
def other(x):
    for fd in pipes():
        for _ in range(3):
            try: os.write(fd, frame(0, "first"))
            except OSError: pass
    return x
"""
    )
    seen = run(cell, calls=["other/a", "other/b"])
    assert seen.answers["other/a"].values == {"y": "first"}
    assert seen.answers["other/b"].values["y"].tolist() == [1, 2]


def test_a_copy_of_the_process_answers_nothing(servers, runner, public_dir):
    """Where a probe may fork, as at level process: both copies return, and one of them writes."""
    cell = "import os\ndef other(x):\n    os.fork()\n    return x + (x[0] == 1)"
    seen = runner(servers("process"), public_dir)(cell, calls=["other/a", "other/b"])
    assert [answer.values["y"].tolist() for answer in seen.answers.values()] == [[2, 3], [2, 3]]


@pytest.mark.parametrize("garbage", ["b'\\xff' * 1000", "b'\\0' * 100_000", "b'x'", "b'\\1\\0\\0\\0' * 5"])
def test_garbage_on_every_pipe_costs_only_the_probe(run, garbage):
    cell = (
        FORGE
        + DOUBLE
        + f"""
def other(x):
    for fd in pipes():
        try: os.write(fd, {garbage})
        except OSError: pass
    return x
"""
    )
    assert run(cell, calls=["other/a", "double/a"], limits=SHORT).outcomes["double/a"] == "ok"


@pytest.mark.parametrize(
    "garbage", ["b'\\xff' * 1000", "b'\\0' * 100_000", "b'\\4\\0\\0\\0' + b'\\xff' * 16"]
)
def test_garbage_from_a_cell_is_no_failure_of_ours(run, garbage):
    cell = FORGE + f"for fd in pipes():\n    try: os.write(fd, {garbage})\n    except OSError: pass"
    assert run(cell, DOUBLE, calls=["double/a"], limits=SHORT).outcomes == {"double/a": "ok"}
