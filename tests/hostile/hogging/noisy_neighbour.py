"""Computes in 27 processes at once, so that others have no processor: ended, since a box has a few of them."""

import os
import time

_children = []
for _ in range(27):
    _pid = os.fork()
    if _pid == 0:
        _end = time.time() + 19
        while time.time() < _end:
            pass
        os._exit(0)
    _children.append(_pid)
time.sleep(18.5)
