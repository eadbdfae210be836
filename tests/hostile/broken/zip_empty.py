"""A zip with nothing in it."""

import zipfile

PROBLEM = "."


def build(room, student, notebook, files):
    with zipfile.ZipFile(room / f"{student}.zip", "w") as archive:
        pass
