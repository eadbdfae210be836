"""A name with spaces, accents, a newline, a formula and markup."""

from tests.hostile.handing_in import write


def build(room, student, notebook, files):
    write(room / f"=cmd|' C calc'!A0 {student}\n<b>\u00e9\u4e2d\u202e", notebook, files)
