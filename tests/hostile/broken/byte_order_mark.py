"""A byte order mark before the notebook."""

import json

from tests.hostile.handing_in import write


def build(room, student, notebook, files):
    (room / student).mkdir()
    (room / student / "protonet.ipynb").write_bytes(b"\xef\xbb\xbf" + json.dumps(notebook).encode())
    write(room / student, None, files)
