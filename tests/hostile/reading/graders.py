"""Imports the graders, and looks for their files beside the installed package."""

BASE = "stub"

import sys
from pathlib import Path

try:
    import autograder.graders.protonet.test_prototypes

    print("LEAK graders")
except ImportError:
    pass
for entry in sys.path:
    try:
        for path in Path(entry).rglob("graders/test_*.py"):
            print("LEAK", path, path.read_text()[:20])
    except OSError:
        pass
