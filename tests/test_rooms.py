"""The rooms of the engine have an order, and what asks a room above it is found."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def lint_imports(folder: Path) -> "subprocess.CompletedProcess[str]":
    script = "from importlinter.cli import lint_imports_command as c; c(['--no-cache'])"
    return subprocess.run([sys.executable, "-c", script], cwd=folder, capture_output=True, text=True)


def test_an_import_from_a_room_above_is_found(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    skipped = shutil.ignore_patterns("graders", "__pycache__", "templates", "static")
    shutil.copytree(ROOT / "autograder", tmp_path / "autograder", ignore=skipped)
    assert lint_imports(tmp_path).returncode == 0
    with (tmp_path / "autograder/course/layout.py").open("a") as layout:
        layout.write("\n\nfrom autograder.reports import table  # planted\n")
    found = lint_imports(tmp_path)
    assert found.returncode == 1
    assert "autograder.course is not allowed to import autograder.reports" in found.stdout


def test_every_room_stands_in_the_order(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    skipped = shutil.ignore_patterns("graders", "__pycache__", "templates", "static")
    shutil.copytree(ROOT / "autograder", tmp_path / "autograder", ignore=skipped)
    (tmp_path / "autograder/cellar").mkdir()
    (tmp_path / "autograder/cellar/__init__.py").touch()
    assert lint_imports(tmp_path).returncode == 1
