"""Line ends of Windows in every cell."""

from tests.hostile.handing_in import write


def build(room, student, notebook, files):
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"]).replace("\n", "\r\n")

    write(room / student, notebook, files)
