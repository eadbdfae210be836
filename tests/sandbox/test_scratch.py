"""A stranger's folder is measured and removed, however deep it is and whoever may enter it."""

import math
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.course.rubric import Limits
from autograder.sandbox import scratch
from autograder.sandbox.client import ForkServer

LONGEST = "d" * 250  # a name as long as file systems take it


def nested(folder: Path, levels: int, name: str) -> None:
    """Folders in each other, made from within, as a box does; the last one holds a file of 1 MB."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir(name, dir_fd=here)
        below = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    file = os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=here)
    os.write(file, bytes(1 << 20))
    os.close(file)
    os.close(here)


@pytest.mark.parametrize(("levels", "name"), [(1500, LONGEST), (1500, "0"), (20, LONGEST)])
def test_folders_of_any_depth_are_refused_and_removed(tmp_path, levels, name):
    (tmp_path / "box").mkdir()
    nested(tmp_path / "box", levels, name)
    assert scratch.used_kb(tmp_path / "box", []) == math.inf
    scratch.remove(tmp_path / "box")
    assert not list(tmp_path.iterdir())


def test_what_is_as_deep_as_people_write_is_measured(tmp_path):
    nested(tmp_path, 15, "d")
    assert 1024 <= scratch.used_kb(tmp_path, []) < 1200


def test_a_folder_that_is_closed_to_its_owner_is_removed(tmp_path):
    """A box may not change modes, but what it makes can be closed from the beginning."""
    (tmp_path / "box/inner/deep").mkdir(parents=True)
    (tmp_path / "box/inner/deep/file").write_text("x")
    (tmp_path / "box/link").symlink_to(tmp_path)
    for closed in ("box/inner/deep", "box/inner"):
        (tmp_path / closed).chmod(0o300)
    scratch.remove(tmp_path / "box")
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
@pytest.mark.parametrize("name", [LONGEST, "d"])
def test_a_box_cannot_hide_files_in_the_deep(
    servers: Callable[[str], ForkServer], runner: Callable, public_dir: Path, name: str
) -> None:
    """At level landlock its folder is on the machine's own disk."""
    cell = f"""
import os, time
for level in range(1500):
    os.mkdir("{name}"); os.chdir("{name}")
    if level > 990: open("hidden", "wb").write(bytes(1000))
    if level == 1499: time.sleep(9)  # in the same statement: it may all be done before the next look
"""
    server = servers("landlock")
    seen = runner(server, public_dir)(
        cell, "def double(x): return 2 * x", calls=["double/a"], limits=Limits(cell_seconds=10)
    )
    assert seen.outcomes == {"double/a": "ok"}
    (error,) = seen.recording.cell_errors
    assert error.message.startswith("it used more than")
    assert not list(Path(server._server._folder.name).iterdir())
