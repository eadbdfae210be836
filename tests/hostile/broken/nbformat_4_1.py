"""A notebook of format 4.1, in which cells have no ids."""

from tests.hostile.handing_in import write


def build(room, student, notebook, files):
    for cell in notebook["cells"]:
        cell.pop("id", None)
    notebook["nbformat_minor"] = 1
    write(room / student, notebook, files)
