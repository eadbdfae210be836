"""A cell of ten million characters: to read it as Python would take gigabytes."""

from tests.hostile.handing_in import write

PROBLEM = "10,.*characters of code"


def build(room, student, notebook, files):
    cell = next(cell for cell in notebook["cells"] if cell["id"] == "answer-3-1")
    cell["source"] = "".join(cell["source"]) + "\n" + "a;" * 5_000_000
    write(room / student, notebook, files)
