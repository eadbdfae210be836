"""A syntax error in one cell: what that cell defines is lost."""

from tests.hostile.handing_in import write

LOST = {"2.3": "error"}


def build(room, student, notebook, files):
    for cell in notebook["cells"]:
        if cell["id"] == "answer-2-3":
            cell["source"] = "".join(cell["source"]).replace("def forward(", "def forward((")

    write(room / student, notebook, files)
