"""A zip in a zip in a zip."""

import io
import json
import zipfile

PROBLEM = "no notebook and no .py file"


def build(room, student, notebook, files):
    with zipfile.ZipFile(room / f"{student}.zip", "w") as archive:
        inner = json.dumps(notebook).encode()
        name = "protonet.ipynb"
        for depth in range(3):
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w") as one:
                one.writestr(name, inner)
            inner, name = packed.getvalue(), f"{depth}.zip"
        archive.writestr(name, inner)
