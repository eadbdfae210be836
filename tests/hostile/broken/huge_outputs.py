"""200 MB of outputs, from a training that printed too much."""

from tests.hostile.handing_in import write


def build(room, student, notebook, files):
    cell = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["x" * 100 + "\n"] * 2_000_000}]

    write(room / student, notebook, files)
