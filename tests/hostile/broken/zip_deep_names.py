"""A zip with a path of thousands of characters, longer than some systems open."""

import json
import zipfile

PROBLEM = "too long or too deep"


def build(room, student, notebook, files):
    with zipfile.ZipFile(room / f"{student}.zip", "w") as archive:
        archive.writestr("/".join(["d" * 190] * 19) + "/x.txt", b"x")
        archive.writestr("protonet.ipynb", json.dumps(notebook))
