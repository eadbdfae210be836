"""Starts threads until it cannot, then lets them go."""

import contextlib
import threading

enough = threading.Event()
with contextlib.suppress(RuntimeError):
    while True:
        threading.Thread(target=enough.wait, daemon=True).start()
enough.set()
