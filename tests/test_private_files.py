"""What a grading writes is for whoever gave the command."""

import os
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from autograder.cli import app


@pytest.mark.parametrize(("umask", "others", "group"), [(0o022, 0, 0), (0o007, 0, 0o070)])
def test_grades_answers_and_the_gradebook_are_no_other_users(
    run, course, hand_in, tmp_path, umask, others, group
):
    room = hand_in(tmp_path / "class", {"ada": "mine = 1"})
    before = os.umask(umask)
    try:
        graded = run(course, "grade", "example", room, "--out", tmp_path / "out")
    finally:
        os.umask(before)
    assert graded.returncode == 0, graded.stderr
    written = [tmp_path / "out", *(tmp_path / "out").rglob("*")]
    assert {"grades.csv", "ada.zip", "ada.json"} <= {path.name for path in written}
    for path in map(Path, written):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode & 0o007 == others, path
        assert mode & 0o060 == group & 0o060, path


def test_what_the_process_writes_afterwards_is_as_before(tmp_path):
    before = os.umask(0o022)
    try:
        CliRunner().invoke(app, ["--course", str(tmp_path), "grade", "none", str(tmp_path)])
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)
