"""Few files, each in many folders of its own: more than a scratch folder has room for."""

from tests.hostile.handing_in import write

PROBLEM = "no data"


def build(room, student, notebook, files):
    deep = "/".join("abcdefgh")
    write(room / student, notebook, files | {f"{number}/{deep}/x.txt": b"x" for number in range(200)})
