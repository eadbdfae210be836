"""A picture with the name of a notebook."""

PROBLEM = "is not UTF-8 text"


def build(room, student, notebook, files):
    (room / f"{student}.ipynb").write_bytes(bytes(range(256)) * 40)
