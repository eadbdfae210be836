"""Hands in its own `encoder.py`, which raises. The lab's is used."""

from tests.hostile.handing_in import write


def build(room, student, notebook, files):
    files = files | {"encoder.py": b"raise RuntimeError"}
    write(room / student, notebook, files)
