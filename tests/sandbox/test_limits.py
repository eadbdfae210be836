"""Hangs, crashes, floods and bombs: each costs what it happened in, nothing else, and leaves nothing."""

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from autograder.course.rubric import Limits

pytestmark = pytest.mark.slow
SHORT = Limits(cells_seconds=8, cell_seconds=1, probe_seconds=1, memory_mb=300)
DOUBLE = "def double(x): return 2 * x\n"
CRASH = "import ctypes; ctypes.string_at(0)"


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("while True: pass", "timeout"),
        ("if x: import threading; threading.Event().wait()", "timeout"),
        ("if x: import os; os._exit(0)", "died"),
        (f"if x: {CRASH}", "died"),
        ("if x: import os, signal; os.kill(0, signal.SIGTERM); os._exit(1)", "died"),
        ("if x: import os; os.closerange(0, 200)", "died"),
    ],
)
def test_cell_that_hangs_or_dies_costs_only_its_statement(run_confined, statement, kind):
    seen = run_confined("before = 1", f"x = 1\n{statement}", DOUBLE, calls=["double/a"], limits=SHORT)
    assert seen.outcomes == {"double/a": "ok"}
    (error,) = seen.recording.cell_errors
    assert (error.label, error.line, error.type) == ("lab.ipynb, cell 2", 2, kind)


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("while True: pass", "timeout"),
        ("import os; os._exit(0)", "died"),
        (CRASH, "died"),
        ("import os; os.abort()", "died"),
    ],
)
def test_probe_that_hangs_or_dies_costs_only_its_case(run_confined, body, outcome):
    cell = (
        f"{DOUBLE}import torch\ncalls = 0\ndef other(x):\n    if torch.initial_seed() % 1: pass\n    {body}"
    )
    seen = run_confined(cell, calls=["other/a", "double/a", "double/b"], limits=SHORT)
    assert seen.outcomes == {"other/a": outcome, "double/a": "ok", "double/b": "ok"}


def test_hanging_probe_is_located(run):
    cells = "def helper():\n    while True: pass", "def other(x):\n    helper()"
    error = run(*cells, calls=["other/a"], limits=SHORT).answers["other/a"].error
    assert (error.label, error.line) == ("lab.ipynb, cell 1", 2)


def test_cases_after_a_death_get_a_new_fork(run):
    cell = """
import os, pathlib
def other(x):
    if not pathlib.Path("seen").exists():
        pathlib.Path("seen").touch()
        os._exit(0)
    return x
"""
    assert run(cell, calls=["other/a", "other/b"]).outcomes == {"other/a": "died", "other/b": "ok"}


def test_probe_that_always_hangs_is_not_waited_for_again_and_again(run):
    seen = run(
        DOUBLE + "def other(x):\n    while True: pass",
        calls=[f"other/{c}" for c in "abcdefgh"] + ["double/a"],
        limits=SHORT,
    )
    assert set(seen.outcomes.values()) == {"timeout", "ok"}
    assert sum(raw.seconds > 0 for raw in seen.recording.answers if raw.outcome == "timeout") == 2


def test_many_hanging_cells_leave_the_definitions(run):
    hanging = ["while True: pass"] * 12
    seen = run(*hanging, DOUBLE, calls=["double/a"], limits=Limits(cell_seconds=0.2, cells_seconds=20))
    assert seen.outcomes == {"double/a": "ok"}


def test_cells_together_have_a_clock(run):
    import_sleep = "import threading\nfor _ in range(100): threading.Event().wait(0.05)"
    seen = run(import_sleep, DOUBLE, calls=["double/a"], limits=Limits(cell_seconds=9, cells_seconds=0.5))
    assert seen.outcomes == {"double/a": "ok"}
    assert "all cells together" in seen.recording.cell_errors[0].message


@pytest.mark.parametrize(
    "attack", ["os.kill(0, 9)", "os.kill(-1, 9)", "os.kill(os.getppid(), 9)", "os.killpg(0, 9)"]
)
def test_signals_reach_nothing_outside(run_confined, attack):
    cell = f"{DOUBLE}import os\ndef other(x):\n    try: {attack}\n    except OSError: pass\n    return x"
    seen = run_confined(cell, calls=["other/a", "double/a"])
    assert seen.outcomes["double/a"] == "ok"


def test_private_memory_is_refused_inside(run):
    cell = DOUBLE + "import torch\ndef other(x): return torch.ones(500_000_000)"
    seen = run(cell, calls=["other/a", "double/a"], limits=SHORT)
    assert seen.outcomes == {"other/a": "memory", "double/a": "ok"}


def test_memory_that_a_cell_keeps_is_not_missing_later(run):
    hoarder = "import torch\nkept = []\nwhile True: kept.append(torch.empty(1 << 20))"
    seen = run(hoarder, DOUBLE + "import torch\ndef other(x): return torch.ones(30_000_000)[0] * x",
               calls=["other/a", "double/a"], limits=SHORT)  # fmt: skip
    assert seen.outcomes == {"other/a": "ok", "double/a": "ok"}
    assert "300 MB" in seen.recording.cell_errors[0].message


def test_shared_memory_is_stopped_from_outside(run_confined):
    cell = (
        DOUBLE
        + """
import mmap
def other(x):
    m = mmap.mmap(-1, 2 << 30)
    for i in range(0, 2 << 30, 4096): m[i] = 1
    return x
"""
    )
    limits = SHORT.model_copy(update={"probe_seconds": 20.0})
    seen = run_confined(cell, calls=["other/a", "double/a"], limits=limits)
    assert seen.outcomes == {"other/a": "memory", "double/a": "ok"}


def test_output_is_cut(run):
    cell = "block = 'x' * 1_000_000\nfor _ in range(500): print(block)\ndef observe(): return {'n': 1}"
    seen = run(cell, limits=Limits(output_kb=4))
    assert seen.outcomes == {"observe/a": "ok"}
    assert len(seen.recording.output) == 4096


def test_too_large_answer_is_not_kept(run):
    cell = DOUBLE + "import torch\ndef other(x): return torch.zeros(1 << 20)"
    seen = run(cell, calls=["other/a", "double/a"], limits=Limits(answer_mb=1))
    assert seen.outcomes == {"other/a": "invalid", "double/a": "ok"}


@pytest.mark.parametrize("then", ["pass", "os.unlink(name)"])
def test_many_files_do_not_fill_the_disk(run_confined, then):
    """Each below the limit of one file; also where they have no name any more."""
    cell = f"""
import os
def hog():
    kept = []
    for number in range(60):
        name = f"f{{number}}"
        kept.append(open(name, "wb", buffering=0))
        if kept[-1].write(bytes(1 << 20)) < 1 << 20: raise OSError("full")
        {then}
    while True: pass
"""
    seen = run_confined(cell + "hog()", DOUBLE, calls=["double/a"], limits=Limits(scratch_mb=16))
    assert seen.outcomes == {"double/a": "ok"}
    (error,) = seen.recording.cell_errors
    assert error.type == "OSError" or "files" in error.message


def test_one_file_may_fill_the_scratch_folder(run_confined):
    """What comes later goes on without room, and not without the submission."""
    cell = """
import os
room = os.open("huge", os.O_WRONLY | os.O_CREAT)
try:
    while os.write(room, bytes(1 << 20)): pass
except OSError: pass
"""
    seen = run_confined(
        cell, DOUBLE, calls=["double/a", "double/b"], limits=Limits(scratch_mb=16), files={"x": b"y"}
    )
    assert seen.outcomes == {"double/a": "ok", "double/b": "ok"}
    assert seen.recording.cell_errors == ()


def test_all_answers_together_are_not_too_large(run):
    cell = DOUBLE + "import torch\ndef other(x): return torch.zeros(200_000)"
    calls = [f"other/{n}" for n in range(12)] + ["double/a"]
    outcomes = list(run(cell, calls=calls, limits=Limits(answer_mb=1)).outcomes.values())
    assert outcomes == ["ok"] * 10 + ["invalid"] * 3, "of 0.8 MB each, in eight times 1 MB"


BOMB = "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"


def test_fork_bomb_in_a_cell_is_stopped(run_confined):
    seen = run_confined(BOMB, DOUBLE, calls=["double/a"], limits=SHORT)
    assert seen.outcomes == {"double/a": "ok"}
    assert seen.recording.cell_errors[0].type in ("died", "timeout")


@pytest.mark.parametrize("flags", ["", "| 0x4000"])
def test_what_children_compute_is_not_hidden(run_confined, flags):
    """Nobody ignores their death, and none stands still as if it waited for a disk (CLONE_VFORK)."""
    cell = f"""
import ctypes, os, signal
def tried(do):
    try: do()
    except OSError: return "refused"
    return "done"
def cloned():
    pid = ctypes.CDLL(None).syscall(56 if os.uname().machine == "x86_64" else 220, 17 {flags}, 0, 0, 0, 0)
    if pid == 0: os._exit(0)
    if pid < 0: raise OSError
    os.waitpid(pid, 0)
ignored, made = tried(lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN)), tried(cloned)
def observe(): return {{"ignored": ignored, "made": made}}
"""
    made = "refused" if flags else "done"
    assert run_confined(cell).answers["observe/a"].values == {"ignored": "refused", "made": made}


def test_waiting_is_time_of_its_own_and_computing_counts_for_all_processes(run):
    """Four that compute reach a limit of two seconds on fewer processors as on more."""
    cell = """
import os, time
def other(x): time.sleep(60)
for _ in range(3):
    if os.fork() == 0:
        while True: pass
while True: pass
"""
    limits = Limits(cells_seconds=8, cell_seconds=2, probe_seconds=0.5)
    seen = run(cell, DOUBLE, calls=["other/a", "double/a"], limits=limits)
    assert seen.outcomes == {"other/a": "timeout", "double/a": "ok"}
    assert [error.type for error in seen.recording.cell_errors] == ["timeout"]
    assert not seen.recording.busy


def test_probes_cannot_fork(run_confined):
    cell = """
import os
def observe():
    try: os.fork()
    except OSError as error: return {"error": type(error).__name__}
    return {"error": "none"}
"""
    assert run_confined(cell).answers["observe/a"].values == {"error": "PermissionError"}


def test_daemons_are_gone_afterwards(run_confined):
    cell = """
import os, threading
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0: threading.Event().wait()
    os._exit(0)
def observe(): return {"n": 1}
"""
    assert run_confined(cell).outcomes == {"observe/a": "ok"}
    deadline = time.monotonic() + 20  # the watchers themselves end a moment after they have answered
    while (left := _forks_of_servers()) and time.monotonic() < deadline:
        pass
    assert left == set()


LEAVING = """
import sys
from pathlib import Path
from autograder.sandbox import Job
from autograder.sandbox.client import ForkServer
from autograder.submission import Cell
cell = "import os\\nif os.fork() == 0: os.setsid()\\nwhile True: pass"
with ForkServer(level=sys.argv[1]) as server:
    server.record(Job((Cell("lab.ipynb", 1, cell),), (), Path(sys.argv[2])))
"""


def test_nothing_is_left_of_a_client_that_is_killed(works, confined_level, public_dir, tmp_path):
    """Neither its box, nor what a cell forked, nor a folder: without a PID namespace, too."""
    if works[confined_level]:
        pytest.skip(works[confined_level])
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    client = subprocess.Popen([sys.executable, "-c", LEAVING, confined_level, public_dir], env=environment)
    deadline = time.monotonic() + 60
    # Client, server, watcher, box and what the cell forked have a session each.
    while len(seen := _sessions_in(tmp_path)) < 5 and time.monotonic() < deadline:
        pass
    client.kill()
    client.wait()
    assert len(seen) == 5
    while (left := _sessions_in(tmp_path)) and time.monotonic() < deadline:
        pass
    assert left == set()
    assert list(tmp_path.iterdir()) == []


def _sessions_in(folder: Path) -> set[int]:
    """Of processes that were started, or forked by one that was, with the folder in their environment."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):  # each may be gone when it is looked at
        with suppress(OSError):
            if f"TMPDIR={folder}".encode() in (process / "environ").read_bytes():
                found.add(os.getsid(int(process.name)))
    return found


def _forks_of_servers() -> set[int]:
    """Processes that look like servers of this test but are not its children, wherever they hang by now."""
    lines, parents = {}, {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            lines[path.name] = (path / "cmdline").read_bytes()
            parents[path.name] = int((path / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    children = {pid for pid in lines if parents.get(pid) == os.getpid()}
    servers = {pid for pid in children if b"sandbox.server" in lines[pid]}
    ours = {lines[pid] for pid in servers}
    return {int(pid) for pid in lines.keys() - servers if lines[pid] in ours}
