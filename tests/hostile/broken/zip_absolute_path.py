"""A zip with an absolute path."""

import json
import zipfile

PROBLEM = "'/tmp/escaped-absolute.txt', which points outside the archive"


def build(room, student, notebook, files):
    with zipfile.ZipFile(room / f"{student}.zip", "w") as archive:
        archive.writestr("/tmp/escaped-absolute.txt", "x")
        archive.writestr("protonet.ipynb", json.dumps(notebook))
