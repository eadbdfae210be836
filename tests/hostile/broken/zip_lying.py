"""A zip of half a megabyte that says of its notebook that it has a thousand bytes, and unpacks to 600 million."""

import struct
import zipfile

PROBLEM = "no readable zip"


def build(room, student, notebook, files):
    path = room / f"{student}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("protonet.ipynb", bytes(600 << 20))
    data = bytearray(path.read_bytes())
    for size in (22, data.rfind(b"PK\1\2") + 24):  # in front of the file, and in the list of files
        struct.pack_into("<L", data, size, 1000)
    path.write_bytes(data)
