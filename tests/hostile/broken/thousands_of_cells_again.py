"""The same once more under another name, so that the two are found to be alike."""

from tests.hostile.handing_in import write


def build(room, student, notebook, files):
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    notebook["cells"] += [cell | {"source": "1 / 0"}] * 10_000
    notebook["cells"].append(cell | {"source": "other = 1 + 2 + 3\n" * 10_000})
    write(room / student, notebook, files)
