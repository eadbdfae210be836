"""Every cell twice. Python takes the later definition."""

from tests.hostile.handing_in import write


def build(room, student, notebook, files):
    notebook["cells"] = [cell for cell in notebook["cells"] for _ in range(2)]
    write(room / student, notebook, files)
