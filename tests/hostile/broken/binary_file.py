"""A picture with the name of a notebook."""

PROBLEM = "."


def build(room, student, notebook, files):
    (room / f"{student}.ipynb").write_bytes(bytes(range(256)) * 40)
