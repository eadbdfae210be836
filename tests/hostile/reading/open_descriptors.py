"""Reads all descriptors that it inherited, in a cell: cases travel as open files."""

BASE = "stub"

import os

for number in range(3, 256):
    try:
        data = os.pread(number, 1 << 16, 0)
    except OSError:
        continue
    if b"schema" in data:
        print("LEAK", number, data[:40])
