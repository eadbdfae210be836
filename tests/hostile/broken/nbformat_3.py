"""A notebook of format 3, whose cells lie in worksheets."""

from tests.hostile.handing_in import write


def build(room, student, notebook, files):
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["input"] = cell.pop("source")
            cell["language"] = "python"
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": notebook["cells"]}]}
    write(room / student, old, files)
