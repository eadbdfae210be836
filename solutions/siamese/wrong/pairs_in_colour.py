"""The pictures are not made grey: open them with .convert("L")."""

LOSES = {"3"}
CHANGES = {'Image.open(path).convert("L")': "Image.open(path)"}
