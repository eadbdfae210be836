"""A null byte in the source of a cell."""

from tests.hostile.handing_in import write

LOST = {"2.3": "error"}


def build(room, student, notebook, files):
    for cell in notebook["cells"]:
        if cell["id"] == "answer-2-3":
            cell["source"] = "".join(cell["source"]) + "\0"

    write(room / student, notebook, files)
