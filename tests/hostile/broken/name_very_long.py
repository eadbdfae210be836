"""A name of 200 characters, each of which takes four bytes once it is written somewhere else."""

from tests.hostile.handing_in import write


def build(room, student, notebook, files):
    write(room / (student + "x" * (200 - len(student))), notebook, files)
