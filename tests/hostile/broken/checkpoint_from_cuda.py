"""A network saved on a graphics card, which this machine need not have."""

import io
import zipfile

from tests.hostile.handing_in import write


def build(room, student, notebook, files):
    data = files["protonet-trained.pth"]
    archive, moved = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(moved, "w") as target:
        for name in archive.namelist():
            content = archive.read(name)
            # The pickle names the device of each storage: a string of three letters for one of four.
            content = (
                content.replace(b"X\x03\x00\x00\x00cpu", b"X\x06\x00\x00\x00cuda:0")
                if name.endswith("data.pkl")
                else content
            )
            target.writestr(name, content)
    write(room / student, notebook, {"protonet-trained.pth": moved.getvalue()})
