"""A zip with two notebooks of one name: the later one counts, as for everybody who unpacks it."""

import json
import warnings
import zipfile


def build(room, student, notebook, files):
    with zipfile.ZipFile(room / f"{student}.zip", "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr("protonet.ipynb", "{}")
        archive.writestr("protonet.ipynb", json.dumps(notebook))
        for name, data in files.items():
            archive.writestr(name, data)
