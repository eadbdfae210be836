"""Searches its own heap, a fork of the watcher's, for a secret case or an expected answer."""

BASE = "stub"

import gc

mark = "".join(['"sch', 'ema": "case', '/1"'])
for thing in gc.get_objects():
    for inner in gc.get_referents(thing):
        if isinstance(inner, dict) and "KnownWrong" in repr(type(inner)):
            print("LEAK expected")
        if isinstance(inner, str) and inner is not mark and mark in inner:
            print("LEAK case", inner[:40])
