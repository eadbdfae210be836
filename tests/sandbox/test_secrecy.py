"""A case is no one's to see before its probe asks: not in frames, not in the heap, not after a restart."""

import pytest

from autograder.course.rubric import Limits
from autograder.sandbox import Call, Job
from autograder.sandbox.answers import decode
from autograder.submission import Cell

HUNT = """
import gc, sys

def hunt():
    mark = "-".join(["a", "mark", "in", "a", "case"])
    found = 0
    frame = sys._getframe()
    while frame:
        found += sum(mark in repr(value) for name, value in frame.f_locals.items() if name != "mark")
        frame = frame.f_back
    for thing in gc.get_objects():
        for inner in gc.get_referents(thing):
            if isinstance(inner, (str, bytes)) and inner is not mark:
                found += (mark if isinstance(inner, str) else mark.encode()) in inner
    return found
"""
LOOKS = "assert hunt() == 0, 'seen by a cell'"
HANGS_ONCE = """
def observe():
    while True: pass

def double(x):
    return float(hunt())
"""


@pytest.fixture
def server(servers, confined_level):
    return servers(confined_level)


@pytest.fixture
def seen(server, public_dir):
    def run(*cells: str):
        data = '{"schema": "case/1", "probe": "%s", "x": [1.0], "note": "a-mark-in-a-case"}'
        calls = tuple(Call(probe, "secret/a", data % probe) for probe in ("observe", "double"))
        numbered = tuple(Cell("lab.ipynb", number, source) for number, source in enumerate(cells, 1))
        return server.record(Job(numbered, calls, public_dir, limits=Limits(probe_seconds=1)))

    return run


def test_no_cell_sees_a_case(seen):
    recording = seen(HUNT, LOOKS, "def observe(): return {'n': 0}", "def double(x): return 0.0")
    assert recording.cell_errors == ()


def test_no_cell_sees_a_case_when_it_runs_again_after_a_hang(seen):
    recording = seen(HUNT, HANGS_ONCE, LOOKS)
    assert [answer.outcome for answer in recording.answers] == ["timeout", "recorded"]
    assert recording.cell_errors == ()


LOOTS = """
from autograder.sandbox import answers, runner
_answer = runner.answer
def answer(job, call, *others):
    if call.probe == "observe":  # late: the box ends, and another one comes
        while True: pass
    return answers.encode({"loot": call.data})
runner.answer = answer
"""


def test_no_cell_of_a_later_box_finds_what_an_earlier_one_sent_out(server, public_dir):
    """The watcher has the answers of the first box when it needs a second one."""
    data = '{"schema": "case/1", "probe": "%s", "note": "a-mark-in-a-case"}'
    calls = tuple(Call(probe, "secret/a", data % probe) for probe in ("double", "observe", "other"))
    cells = tuple(Cell("lab.ipynb", n, s) for n, s in enumerate((HUNT, LOOTS, LOOKS), 1))
    recording = server.record(Job(cells, calls, public_dir, limits=Limits(probe_seconds=1)))
    assert [answer.outcome for answer in recording.answers] == ["recorded", "timeout", "recorded"]
    assert b"a-mark-in-a-case" in recording.answers[0].frame
    assert recording.cell_errors == ()


def test_what_cells_say_after_a_secret_case_no_student_reads(server, public_dir):
    """What is told of cells is what they said before any secret case was asked."""
    cell = "import os\ntoken = os.urandom(4).hex()\nprint(token)\nraise ValueError(token)"
    hangs = "def observe():\n    while True: pass\ndef double(x): return x"
    cells = (Cell("lab.ipynb", 1, cell), Cell("lab.ipynb", 2, hangs))

    def of_the_first_box(first: str) -> bool:
        data = '{"schema": "case/1", "probe": "%s", "x": [1.0]}'
        calls = (Call("observe", first, data % "observe"), Call("double", "secret/b", data % "double"))
        recording = server.record(Job(cells, calls, public_dir, limits=Limits(probe_seconds=1)))
        assert [answer.outcome for answer in recording.answers] == ["timeout", "recorded"]
        (error,) = recording.cell_errors
        return error.message == recording.output.strip()

    assert of_the_first_box("secret/a")
    assert not of_the_first_box("sample/a"), "a second box may correct what the first one said"


def test_the_hunt_finds_what_is_there(seen):
    """The probe's own call does see its case, so the tests above could fail."""
    recording = seen(HUNT, HANGS_ONCE)
    assert decode(recording.answers[1], Limits()).values["twice"] > 0


def test_the_fork_that_answers_sample_cases_holds_no_secret_one(server, public_dir):
    """What it raises is shown to the student, who could hand in again."""
    data = '{"schema": "case/1", "probe": "double", "x": [1.0], "note": "%s"}'
    calls = (
        Call("double", "sample/a", data % "nothing"),
        Call("double", "secret/b", data % "a-mark-in-a-case"),
    )
    cells = tuple(
        Cell("lab.ipynb", n, s) for n, s in enumerate((HUNT, "def double(x): return float(hunt())"), 1)
    )
    sample, secret = server.record(Job(cells, calls, public_dir)).answers
    assert decode(sample, Limits()).values["twice"] == 0
    assert decode(secret, Limits()).values["twice"] > 0


def test_what_a_secret_case_leaves_behind_no_sample_case_finds(server, public_dir):
    """Neither in the scratch folder nor in memory that forks share, in whatever order a lab has its cases."""
    cell = """
import mmap, os
kept = mmap.mmap(-1, 8)

def double(x):
    found = float(kept[0] + os.path.exists("kept"))
    if x[0] == 42:
        kept[0] = 1
        open("kept", "w").close()
    return found

other = double
"""
    calls = tuple(
        Call(probe, case, f'{{"schema": "case/1", "probe": "{probe}", "x": [{x}]}}')
        for probe, case, x in (
            ("double", "secret/a", 42.0), ("other", "sample/b", 1.0), ("other", "secret/c", 1.0)
        )
    )  # fmt: skip
    answers = server.record(Job((Cell("lab.ipynb", 1, cell),), calls, public_dir)).answers
    assert [(answer.probe, answer.case) for answer in answers] == [(call.probe, call.case) for call in calls]
    seen = [next(iter(decode(answer, Limits()).values.values())) for answer in answers]
    assert seen == [0, 0, 2], "the last one shows that the way is open"


def test_nothing_of_an_earlier_submission_is_left(server, public_dir):
    """The server never reads a submission; else its next fork would have the last one in its heap."""
    data = '{"schema": "case/1", "probe": "double", "x": [1.0]}'

    def run(source: str):
        cells = (Cell("lab.ipynb", 1, HUNT), Cell("lab.ipynb", 2, source))
        return server.record(Job(cells, (Call("double", "secret/a", data),), public_dir)).cell_errors

    own = "mine = 'a-mark-in-a' + '-case'  # a-mark-in-a-case\nassert hunt() == 0, 'seen'"
    assert "seen" in run(own)[0].message
    assert run("assert hunt() == 0, 'seen'") == ()
