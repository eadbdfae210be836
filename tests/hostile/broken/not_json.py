"""A notebook that is cut off in the middle."""

import json

PROBLEM = "it ends in the middle"


def build(room, student, notebook, files):
    (room / f"{student}.ipynb").write_text(json.dumps(notebook)[:5000])
