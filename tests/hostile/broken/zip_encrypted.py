"""A zip whose files need a password."""

import io
import json
import zipfile

PROBLEM = "is encrypted"


def build(room, student, notebook, files):
    with zipfile.ZipFile(packed := io.BytesIO(), "w") as archive:
        archive.writestr("protonet.ipynb", json.dumps(notebook))
    data = bytearray(packed.getvalue())
    data[6] |= 1  # the flag in the local header, and in the directory
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    (room / f"{student}.zip").write_bytes(bytes(data))
