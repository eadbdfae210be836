"""Loops for ever in a cell: that statement is left out."""

while True:
    pass
