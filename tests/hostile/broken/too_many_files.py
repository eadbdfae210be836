"""Hands in its data set: a thousand files."""

from tests.hostile.handing_in import write

PROBLEM = "no data"


def build(room, student, notebook, files):
    files = files | {f"data/{number}.txt": b"x" for number in range(1000)}
    write(room / student, notebook, files)
