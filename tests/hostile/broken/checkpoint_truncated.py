"""The handed-in network is cut off."""

from tests.hostile.handing_in import write

LOST = {"3.5": "error"}


def build(room, student, notebook, files):
    files = {name: data[: len(data) // 2] for name, data in files.items()}
    write(room / student, notebook, files)
