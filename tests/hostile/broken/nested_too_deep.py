"""JSON nested a hundred thousand deep, which overflows careless parsers."""

PROBLEM = "nested too deeply"


def build(room, student, notebook, files):
    (room / f"{student}.ipynb").write_text("[" * 100_000 + "]" * 100_000)
