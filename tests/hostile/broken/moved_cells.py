"""All cells in reverse order. What is used before it is defined fails there, what is defined counts."""

from tests.hostile.handing_in import write

LOST = {
    "2.3": "not_implemented",
    "3.1": "not_implemented",
    "3.2": "not_implemented",
    "3.3": "not_implemented",
    "3.4": "not_implemented",
}


def build(room, student, notebook, files):
    notebook["cells"].reverse()
    write(room / student, notebook, files)
