"""Not UTF-8: a comment in Latin-1."""

import json

from tests.hostile.handing_in import write

PROBLEM = "not UTF-8"


def build(room, student, notebook, files):
    notebook["cells"][2]["source"] = "# \u00e9t\u00e9\n" + "".join(notebook["cells"][2]["source"])
    text = json.dumps(notebook, ensure_ascii=False)
    (room / student).mkdir()
    (room / student / "protonet.ipynb").write_bytes(text.encode("latin-1", errors="replace"))
    write(room / student, None, files)
