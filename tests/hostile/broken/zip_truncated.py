"""A zip cut off in the middle."""

import io
import json
import zipfile

PROBLEM = "no readable zip"


def build(room, student, notebook, files):
    with zipfile.ZipFile(packed := io.BytesIO(), "w") as archive:
        archive.writestr("protonet.ipynb", json.dumps(notebook))
    (room / f"{student}.zip").write_bytes(packed.getvalue()[:-200])
