"""Overwrites the probes and the given encoder, which every submission imports."""

BASE = "stub"

import sys
from pathlib import Path

for entry in sys.path:
    for name in ("probes/__init__.py", "encoder.py", "evaluation.py"):
        try:
            path = Path(entry) / name
            if path.exists() and Path(entry) != Path.cwd():
                path.write_text("def __getattr__(name): return lambda ns, case: {}")
                print("LEAK wrote", path)
        except OSError:
            pass
