"""JSON, but no notebook."""

PROBLEM = "is not a notebook"


def build(room, student, notebook, files):
    (room / f"{student}.ipynb").write_text("[1, 2, {}]")
