"""A notebook without a cell."""

from tests.hostile.handing_in import write

PROBLEM = "neither code nor answers"


def build(room, student, notebook, files):
    notebook["cells"] = []
    write(room / student, notebook, files)
