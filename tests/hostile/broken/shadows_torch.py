"""Hands in a `torch.py`, which shadows the library."""

from tests.hostile.handing_in import write


def build(room, student, notebook, files):
    files = files | {
        "torch.py": b"raise RuntimeError",
        "numpy.py": b"",
        "random.py": b"",
        "probes.py": b"x = 1",
    }
    write(room / student, notebook, files)
