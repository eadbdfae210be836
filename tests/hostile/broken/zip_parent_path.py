"""A zip with paths that lead out of it."""

import json
import zipfile

PROBLEM = "'../../escaped.txt', which points outside the archive"


def build(room, student, notebook, files):
    with zipfile.ZipFile(room / f"{student}.zip", "w") as archive:
        archive.writestr("../../escaped.txt", "x")
        archive.writestr("protonet.ipynb", json.dumps(notebook))
