"""Two modules of half a megabyte in which tags, strings and imports begin a hundred thousand times and never end."""

LOST = {
    "2.3": "error", "3.1": "error", "3.2": "error", "3.3": "error", "3.4": "error", "3.5": "error",
}  # fmt: skip


def build(room, student, notebook, files):
    (room / student).mkdir()
    (room / student / "exported.py").write_text("# %% " + "tags=[" * 80_000 + "\nx = 1\n")
    (room / student / "typed.py").write_text('"""x\n' * 60_000 + "from typing import (\n" * 9_000)
