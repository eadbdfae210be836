"""A zip of a few kilobytes that unpacks to gigabytes."""

import json
import zipfile

PROBLEM = "is too large"


def build(room, student, notebook, files):
    with zipfile.ZipFile(room / f"{student}.zip", "w") as archive:
        archive.writestr("protonet.ipynb", json.dumps(notebook))
        for number in range(8):
            archive.writestr(f"zeros{number}", bytes(256 << 20), zipfile.ZIP_DEFLATED)
