"""Recurses in C code until the stack is full."""

import sys

sys.setrecursionlimit(10**7)
nested = None
for _ in range(10**6):
    nested = [nested]
repr(nested)
