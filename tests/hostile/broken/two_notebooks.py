"""Two notebooks that both look like the submission."""

import json

from tests.hostile.handing_in import write

PROBLEM = "2 notebooks"


def build(room, student, notebook, files):
    write(room / student, notebook, files)
    other = json.dumps(notebook).replace("argmin", "argmax")  # two with the same code would be one
    (room / student / "protonet-final.ipynb").write_text(other)
    (room / student / "protonet.ipynb").rename(room / student / "protonet-final-2.ipynb")
