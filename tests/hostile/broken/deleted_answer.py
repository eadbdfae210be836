"""The cell of the loss is deleted: its tasks are not there, the others count."""

from tests.hostile.handing_in import write

LOST = {
    "3.1": "not_implemented",
    "3.2": "not_implemented",
    "3.3": "not_implemented",
    "3.4": "not_implemented",
}


def build(room, student, notebook, files):
    notebook["cells"] = [c for c in notebook["cells"] if c["id"] != "answer-3-1"]
    write(room / student, notebook, files)
