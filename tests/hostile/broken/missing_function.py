"""The loss is renamed."""

from tests.hostile.handing_in import write

LOST = {
    "3.1": "error",
    "3.2": "error",
    "3.3": "error",
    "3.4": "error",
}


def build(room, student, notebook, files):
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"]).replace("calc_loss", "compute_loss")

    write(room / student, notebook, files)
