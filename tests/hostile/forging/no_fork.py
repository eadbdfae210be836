"""Has `os.fork` fork nothing, so that the box answers itself and ends with it; and `os._exit` do nothing."""

BASE = "stub"

import os

os.fork = lambda: 0
os._exit = lambda code: None
