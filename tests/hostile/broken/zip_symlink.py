"""A zip with a symbolic link to the password file."""

import json
import zipfile

PROBLEM = "is a link"


def build(room, student, notebook, files):
    with zipfile.ZipFile(room / f"{student}.zip", "w") as archive:
        link = zipfile.ZipInfo("protonet-trained.pth")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("protonet.ipynb", json.dumps(notebook))
