"""Sends the inputs of secret cases out as their answers and lets one hang; in the box that takes the place of the
first one, a cell looks for them in the memory that it began with, and raises what it finds as its error.
"""

BASE = "stub"
LOST = {"3.1": "failed", "3.2": "timeout", "3.3": "failed", "3.5": "failed"}

import gc
import sys

from autograder.sandbox import answers, runner

_mark = '"schema"' + ": "
_answer = runner.answer


def _loot(job, call, *others):
    if not call.case.startswith("secret/"):
        return _answer(job, call, *others)
    while call.probe == "loss_value":
        pass
    return answers.encode({"loot": call.data[:10_000]})


runner.answer = _loot

_found = []
_frame = sys._getframe()
while _frame:
    _found += [repr(value) for value in list(_frame.f_locals.values()) if hasattr(value, "recording")]
    _frame = _frame.f_back
for _thing in gc.get_objects():
    for _inner in gc.get_referents(_thing):
        if isinstance(_inner, (bytes, bytearray)) and b"loot" in _inner and b"case/1" in _inner:
            _found.append(repr(_inner[:2000]))
if _found:
    print("LEAK", _found[0])
    raise ValueError("LEAK " + _found[0])
