"""A file is there whole or not at all, whoever else writes it."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from autograder.course.whole import written_whole


def test_two_may_write_the_same_file_at_a_time(tmp_path: Path) -> None:
    both = Barrier(2)

    def write(text: str) -> None:
        with written_whole(tmp_path / "one.txt") as unfinished:
            both.wait(10)
            unfinished.write_text(text * 1000)
            both.wait(10)

    with ThreadPoolExecutor() as pool:
        list(pool.map(write, "ab"))
    assert (tmp_path / "one.txt").read_text() in ("a" * 1000, "b" * 1000)
    assert [path.name for path in tmp_path.iterdir()] == ["one.txt"]


def test_a_full_disk_leaves_what_was_there_and_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "grades.csv"
    path.write_text("before")

    def fill_the_disk() -> None:
        with written_whole(path) as unfinished:
            unfinished.write_text("half")
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match=r"No space left on device: .*grades\.csv"):
        fill_the_disk()
    assert path.read_text() == "before"
    assert [each.name for each in tmp_path.iterdir()] == ["grades.csv"]
