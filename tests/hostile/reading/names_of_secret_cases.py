"""Looks in memory and in every caller's frame for what the secret cases are called, which says what they ask."""

BASE = "stub"

import gc
import sys

held = [each for each in gc.get_objects() if type(each).__name__ in ("Call", "Job")]
frame = sys._getframe()
while frame:
    held += [*frame.f_locals.values()]
    frame = frame.f_back
calls = [call for each in held for call in getattr(each, "calls", ()) or [each]]
names = [call.case for call in calls if getattr(call, "secret", False) is True]
if any(not name.rpartition("/")[2].isdigit() for name in names):
    print("LEAK", names)
if not names:
    print("LEAK nothing was found: calls are held otherwise, and this looks in the wrong place")
