"""A first attempt stays above the right one, in a cell of its own."""

from tests.hostile.handing_in import write


def build(room, student, notebook, files):
    first = "class ProtoNet(nn.Module):\n    def __init__(self, *args):\n        raise ValueError\n"
    cell = {
        "cell_type": "code",
        "id": "first",
        "metadata": {},
        "outputs": [],
        "execution_count": 1,
        "source": first,
    }
    place = next(n for n, c in enumerate(notebook["cells"]) if c["id"] == "answer-3-1")
    notebook["cells"].insert(place, cell)

    write(room / student, notebook, files)
