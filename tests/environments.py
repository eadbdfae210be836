"""Environments of their own without a network: links stand for what an index would bring."""

import subprocess
import sys
from pathlib import Path

from benchmarks.installed import closure

WITHOUT = Path(__file__).parent / "without"  # for PYTHONPATH


def environment_with(folder: Path, wanted: list[str]) -> Path:
    """The Python of an environment that has what is wanted and what that requires, and knows of nothing else.

    This project itself is left out: it is to be installed there.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    site = next((folder / "lib").glob("*/site-packages"))
    for found in closure(wanted).values():
        for name in {file.parts[0] for file in found.files or ()} - {"..", "__pycache__"}:
            if (installed := Path(str(found.locate_file(name)))).exists() and not (site / name).exists():
                (site / name).symlink_to(installed)
    return folder / "bin/python"
