"""Cells without metadata, notebook without metadata."""

from tests.hostile.handing_in import write


def build(room, student, notebook, files):
    notebook["metadata"] = {}
    for cell in notebook["cells"]:
        cell["metadata"] = {}

    write(room / student, notebook, files)
