"""A folder with a text and no work."""

PROBLEM = "no notebook"


def build(room, student, notebook, files):
    (room / student).mkdir()
    (room / student / "readme.txt").write_text("Sorry!")
