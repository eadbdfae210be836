"""Ten thousand cells with an error in each, and as many statements in one more: each has its line to be told,
and its place to be compared with others' code.
"""

from tests.hostile.handing_in import write


def build(room, student, notebook, files):
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    notebook["cells"] += [cell | {"source": "1 / 0"}] * 10_000
    notebook["cells"].append(cell | {"source": "value = 1 + 2 + 3\n" * 10_000})
    write(room / student, notebook, files)
