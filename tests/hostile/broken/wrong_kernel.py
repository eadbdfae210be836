"""The kernel is said to be that of another language."""

from tests.hostile.handing_in import write


def build(room, student, notebook, files):
    notebook["metadata"]["kernelspec"] = {"name": "ir", "language": "R", "display_name": "R"}
    write(room / student, notebook, files)
