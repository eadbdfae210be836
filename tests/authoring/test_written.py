"""Written tasks carry a reference answer and a rubric that sums to their points."""

from pathlib import Path

import pytest

from autograder.authoring.master import AuthoringError, read_master
from autograder.authoring.written import Item, WrittenTask, written_tasks
from autograder.course.rubric import Rubric

MASTER = """# %% [markdown] id="answer-1" tags=["written", "task-1"]
# <!-- BEGIN SOLUTION -->
# Because *so*.
#
# - [ ] (2 points) says why
# - [ ] (0.5 points) says $x$
# <!-- END SOLUTION -->
"""


def rubric(points: float) -> Rubric:
    return Rubric.model_validate(
        {"title": "T", "tasks": {"1": {"title": "Why", "kind": "written", "points": points}}}
    )


def test_reference_and_items_are_read() -> None:
    tasks = written_tasks(read_master(Path("m.py"), MASTER), rubric(2.5))
    assert tasks == {"1": WrittenTask("Because *so*.", (Item("says why", 2), Item("says $x$", 0.5)))}


def test_items_must_sum_to_the_points() -> None:
    with pytest.raises(
        AuthoringError, match=r"m\.py:1: the items of task 1, .* sum to 2\.5 points, .* gives 3"
    ):
        written_tasks(read_master(Path("m.py"), MASTER), rubric(3))
