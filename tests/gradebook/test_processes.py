"""Two processes at once, and one that is killed: nothing that was acknowledged is lost."""

import random
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from autograder.gradebook import open_gradebook
from tests.gradebook.conftest import NewUrl
from tests.gradebook.made import ADA, give, mark

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
WRITER = """
import sys
from autograder.gradebook import Author, Change, Conflict, Key, Mark, open_gradebook

url, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
book = open_gradebook(url)
shared = Key("paper", "shared", "1.1")
me = Author(name, name)
for number in range(count):
    book.write([Change(Key("paper", f"{name}-{number}", "1.1"), Mark(points=number), 0)], me)
    print("own", number, flush=True)
    while True:
        seen = book.marks("paper", "1.1").get(shared)
        try:
            points = (seen.mark.points or 0) + 1 if seen else 1
            book.write([Change(shared, Mark(points=points), seen.version if seen else 0)], me)
            break
        except Conflict:
            continue
    print("shared", number, flush=True)
"""


def writer(url: str, name: str, count: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, url, name, str(count)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_two_processes_lose_nothing_of_each_other(new_url: NewUrl) -> None:
    """Both make the database, and both count up the same mark: every step of either is in the sum."""
    url, count = new_url(), 40
    writers = [writer(url, name, count) for name in ("ann", "ben")]
    for process in writers:
        _, error = process.communicate(timeout=300)
        assert process.returncode == 0, error
    book = open_gradebook(url)
    shared = book.history("paper", "shared", "1.1")
    assert [entry.version for entry in shared] == list(range(1, 2 * count + 1))
    assert [entry.mark.points for entry in shared] == list(range(1, 2 * count + 1))
    assert Counter(entry.author for entry in shared) == {"ann": count, "ben": count}
    assert len(book.marks("paper")) == 2 * count + 1
    book.close()


def test_killed_at_any_moment_what_was_acknowledged_is_there(new_url: NewUrl) -> None:
    url = new_url()
    chance = random.Random(0)
    for kill in range(6):
        process = writer(url, f"w{kill}", 1_000)
        assert process.stdout is not None
        acknowledged = []
        for _ in range(chance.randint(0, 40)):
            acknowledged.append(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        rest, _ = process.communicate(timeout=60)
        acknowledged += rest.splitlines()
        assert process.returncode == -signal.SIGKILL
        book = open_gradebook(url)
        marks = {key.student for key in book.marks("paper")}
        own = [line.split()[1] for line in acknowledged if line.startswith("own ")]
        assert {f"w{kill}-{number}" for number in own} <= marks
        give(book, mark(1), key=ADA)  # and one can go on
        book.close()
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        database.close()
