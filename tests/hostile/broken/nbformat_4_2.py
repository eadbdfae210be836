"""A notebook of format 4.2, in which cells have no ids."""

from tests.hostile.handing_in import write


def build(room, student, notebook, files):
    for cell in notebook["cells"]:
        cell.pop("id", None)
    notebook["nbformat_minor"] = 2
    write(room / student, notebook, files)
