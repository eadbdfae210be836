"""A task is called in its notebook what reports call it, and is worth there what the rubric gives."""

import re
from pathlib import Path

import pytest

from autograder.course.layout import Assignment, find_course
from autograder.course.rubric import read_rubric

ROOT = Path(__file__).parents[2]
# `# ## Task 2a The triplet loss  (10 points, easy, 10 minutes)`
HEADING = re.compile(r"^# #+ (?:Task )?([\d.]+[a-z]?) (.+?)  \(([\d.]+) (?:bonus )?points?, ", re.MULTILINE)


@pytest.mark.parametrize("lab", find_course(ROOT).names())
def test_headings_are_those_of_the_rubric(lab: str) -> None:
    assignment = Assignment(ROOT, lab)
    tasks = read_rubric(assignment.rubric).tasks
    headings = HEADING.findall(assignment.master.read_text(encoding="utf-8"))
    assert headings == [(task, tasks[task].title, f"{tasks[task].points:g}") for task in tasks]
