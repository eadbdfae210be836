"""Defines a module of its own that sleeps when it is imported, and imports it."""

from pathlib import Path

Path("slow.py").write_text("import time; time.sleep(3600)")

import slow
