"""A notebook of a format that nobody has seen yet, with cells of unknown kinds and odd metadata."""

from tests.hostile.handing_in import write


def build(room, student, notebook, files):
    notebook["nbformat"] = 9
    notebook["cells"] += [
        {"cell_type": "sql", "source": "DROP TABLE grades"},
        {"cell_type": "code", "metadata": {"tags": {"task-3.1": 1}}, "source": {"text": "1 / 0"}},
        {"cell_type": "code", "metadata": [], "source": [1, None, "x = 1\n"]},
        {"cell_type": ["code"], "id": 7},
        "cell",
        None,
    ]
    write(room / student, notebook, files)
