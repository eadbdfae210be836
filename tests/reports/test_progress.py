"""What a grading shows while it runs: how far, how fast, for how long; or a line for each event."""

import io
import json
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.progress import Task

from autograder.grading.pipeline import Graded
from autograder.reports.progress import JsonProgress, TextProgress, summary
from tests.reports.fake import RUBRIC, make_result, make_task

RIGHT = make_result("ann")
LATE = make_result("bob", make_task("3.1", "timeout"))
ENDED = [Graded(RIGHT, "graded", 1.25), Graded(LATE, "judged"), Graded(RIGHT, "reused", fault="ours")]


def shown(verbose: bool) -> str:
    to = io.StringIO()
    console = Console(file=to, force_terminal=True, width=120, color_system=None)
    progress = TextProgress(verbose, console)
    with progress.over(4, "full", 2):
        for graded in ENDED:
            for task in graded.result.tasks if graded.how != "reused" else ():
                progress.task_ended(graded.result.student, task)
            progress.ended(graded)
    progress.summed_up([RIGHT, LATE], RUBRIC, summary(ENDED), [Path("grades.csv")])
    return to.getvalue()


def test_the_bar_says_how_far_it_is_and_the_last_line_what_was_done() -> None:
    text = shown(verbose=False)
    assert "sandbox full · 2 workers · 4 submissions" in text
    assert "3/4" in text
    assert "ann  graded" not in text
    assert text.rstrip().endswith("graded 1, judged 1, reused 1, timed out 1, internal 1 · grades.csv")


def test_v_shows_each_task_as_it_ends_then_the_submission() -> None:
    erased = "\x1b[2K"  # the bar, which stands below what is told
    lines = [line.rpartition(erased)[2].rstrip() for line in shown(verbose=True).splitlines()]
    first = lines.index("ann  2.3  passed            10/10  Proxy-Anchor loss")
    assert lines[first:].index("ann  3.1  passed            20/20  Prototypes and distances") > 0
    assert lines.index("ann  graded in 1.2 s: 90 of 100 points") > first
    assert "bob  3.1  timeout            0/20  Prototypes and distances" in lines
    assert "ann  reused: 90 of 100 points" in lines


def test_rate_and_time_left_are_those_of_what_was_graded_now() -> None:
    now = [0.0]
    progress = TextProgress(False, Console(file=io.StringIO()))
    bar = progress._progress
    bar.get_time = lambda: now[0]
    with progress.over(1004, "full", 2):
        for _ in range(1000):
            progress.ended(Graded(RIGHT, "reused"))
        for _ in range(2):
            now[0] += 10
            progress.ended(Graded(RIGHT, "graded", 10))
        (task,) = bar.tasks
        assert isinstance(task, Task)
        cells = [str(column(task)) for column in bar.columns if callable(column)]
    assert "1002/1004" in cells
    assert "6/min" in cells
    assert "0:00:20" in cells


def test_json_is_a_line_for_each_event() -> None:
    to = io.StringIO()
    progress = JsonProgress(to)
    with progress.over(4, "full", 2):
        for graded in ENDED:
            for task in graded.result.tasks if graded.how != "reused" else ():
                progress.task_ended(graded.result.student, task)
            progress.ended(graded)
    progress.summed_up([RIGHT, LATE], RUBRIC, summary(ENDED), [Path("grades.csv")])
    begin, *each, last = map(json.loads, to.getvalue().splitlines())
    times = [datetime.fromisoformat(one.pop("time")) for one in (begin, *each, last)]
    assert times == sorted(times)
    assert begin == {"event": "begin", "submissions": 4, "sandbox": "full", "workers": 2}
    assert [(one["event"], one["student"], one["how"], one["fault"]) for one in each] == [
        ("submission", "ann", "graded", ""),
        ("submission", "bob", "judged", ""),
        ("submission", "ann", "reused", "ours"),
    ]
    assert [one["problems"] for one in each] == [list(one.result.problems) for one in ENDED]
    assert (each[1]["tasks"]["3.1"], each[1]["tasks"]["1.1"]) == ("timeout", "pending")
    assert last == {
        "event": "summary", "graded": 1, "judged": 1, "reused": 1, "timed_out": 1, "unreadable": 0,
        "internal": 1, "written": ["grades.csv"],
    }  # fmt: skip
