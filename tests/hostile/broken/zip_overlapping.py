"""A zip in which two names share the same bytes: entries that overlap, as bombs have."""

import io
import json
import zipfile

PROBLEM = "no readable zip"


def build(room, student, notebook, files):
    with zipfile.ZipFile(packed := io.BytesIO(), "w") as archive:
        archive.writestr("protonet.ipynb", json.dumps(notebook))
        archive.writestr("other", b"x")
        archive.infolist()[1].header_offset = 0
    (room / f"{student}.zip").write_bytes(packed.getvalue())
