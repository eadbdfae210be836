"""A box as its watcher sees it: what it said counts before what is seen of it."""

import math
import os
import subprocess
import sys

import pytest

from autograder.sandbox import Job, usage
from autograder.sandbox.boxes import Box
from autograder.sandbox.clock import Deadline
from autograder.sandbox.reports import Kind, Report

if sys.platform != "linux":
    pytest.skip("boxes need Linux", allow_module_level=True)

AT = Report(Kind.AT, cell=3, statement=1, line=7)


def test_a_box_that_takes_too_much_is_blamed_where_it_said_that_it_is(tmp_path, monkeypatch):
    """Else the statement before pays, which is left out, and the one that does it runs again."""

    def forked(self, job, left_out, definitions, ends):
        os.write(ends.reports, AT.pack())
        return subprocess.Popen(["sleep", "60"], stdin=ends.control, process_group=0).pid

    monkeypatch.setattr(Box, "_forked", forked)
    monkeypatch.setattr(usage, "look", lambda pid, but: usage.Look([], living=1_000))
    monkeypatch.setattr(usage, "end_orphans", lambda but: None)  # not a browser that another test drives
    box = Box(None, Job((), (), tmp_path), "none", tmp_path, set(), definitions=False)
    try:
        deadline = Deadline(math.inf, math.inf)
        assert [box.event(deadline), box.event(deadline)] == [AT, "memory"]
    finally:
        box.destroy()
