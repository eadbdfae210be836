"""A zip of fifty thousand empty files."""

import json
import zipfile

PROBLEM = "more than 50000 files"


def build(room, student, notebook, files):
    with zipfile.ZipFile(room / f"{student}.zip", "w") as archive:
        archive.writestr("protonet.ipynb", json.dumps(notebook))
        for number in range(50_000):
            archive.writestr(f"f/{number}", b"")
