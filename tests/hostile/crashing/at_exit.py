"""Registers functions that hang when the process ends."""

import atexit


@atexit.register
def forever():
    while True:
        pass
