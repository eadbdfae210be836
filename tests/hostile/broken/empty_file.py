"""A file of no bytes."""

PROBLEM = "is empty"


def build(room, student, notebook, files):
    (room / f"{student}.ipynb").write_bytes(b"")
