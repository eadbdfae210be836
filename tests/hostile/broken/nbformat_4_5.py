"""A notebook of format 4.5, as the lab's own is."""

from tests.hostile.handing_in import write


def build(room, student, notebook, files):
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    write(room / student, notebook, files)
