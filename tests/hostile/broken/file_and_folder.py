"""A cell writes a file where a folder was handed in, another one of too long a name; a zip has a folder for a file."""

import io
import zipfile

from tests.hostile.handing_in import write


def build(room, student, notebook, files):
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    notebook["cells"].append(cell | {"source": "%%writefile figures\nnone"})
    notebook["cells"].append(cell | {"source": f"%%writefile {'語' * 100}\nnone"})
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("notes/mine.txt", "mine")
    write(room / student, notebook, files | {"figures/a.txt": b"a", "notes": b"b", "z.zip": packed.getvalue()})
