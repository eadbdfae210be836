"""Leaves threads that wake up now and then and never end."""

import threading
import time


def wake():
    while True:
        time.sleep(0.01)


for _ in range(3):
    threading.Thread(target=wake, daemon=True).start()
