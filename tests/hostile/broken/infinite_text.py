"""A written answer of fifty million characters."""

from tests.hostile.handing_in import write

PROBLEM = "more than 16,000,000 characters"


def build(room, student, notebook, files):
    for cell in notebook["cells"]:
        if cell["id"] == "answer-1-1":
            cell["source"] = "very " * 10_000_000

    write(room / student, notebook, files)
