"""Given cells were edited: an import moved, a comment added, text in the question, the check cell changed."""

from tests.hostile.handing_in import write


def build(room, student, notebook, files):
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and not source.startswith("%"):
            cell["source"] = "# I looked at this\nimport math\n" + source + "\nprint('still fine')\n"
        elif cell["cell_type"] == "markdown":
            cell["source"] = source + "\n\nMy note."
    write(room / student, notebook, files)
