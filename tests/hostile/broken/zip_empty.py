"""A zip with nothing in it."""

import zipfile

PROBLEM = "no notebook and no .py file"


def build(room, student, notebook, files):
    with zipfile.ZipFile(room / f"{student}.zip", "w") as archive:
        pass
