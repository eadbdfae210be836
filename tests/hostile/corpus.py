"""The files of the corpus, and what came of grading them. Trusted side."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.results.schema import Result
from autograder.sandbox.store import load

HERE = Path(__file__).parent
FAMILIES = ("reading", "forging", "crashing", "hogging", "reaching", "disturbing", "broken")
HONEST = 4  # submissions that nobody may touch


@dataclass(frozen=True)
class Attack:
    """One file of the corpus: what it is called, what it says it must lose, and what it hands in."""

    path: Path

    @property
    def name(self) -> str:
        return f"{self.path.parent.name}-{self.path.stem}"

    def constant(self, name: str, default: Any) -> Any:
        for node in ast.parse(self.path.read_text()).body if self.parses else ():
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
                return ast.literal_eval(node.value)
        return default

    @property
    def parses(self) -> bool:
        """Magics are no Python; such files lose nothing and have no constants."""
        try:
            ast.parse(self.path.read_text())
        except SyntaxError:
            return False
        return True

    @property
    def source(self) -> str:
        """The cell: all of the file after its docstring, so that a magic can stand first."""
        return self.path.read_text().split('"""', 2)[2].lstrip("\n")


def attacks() -> list[Attack]:
    return [Attack(path) for family in FAMILIES for path in sorted((HERE / family).glob("*.*py"))]


@dataclass(frozen=True)
class Graded:
    """What came of the class."""

    out: Path
    returncode: int
    stdout: str
    stderr: str
    results: Mapping[str, Result]
    rows: Mapping[str, Mapping[str, str]]
    changed: tuple[str, ...]  # files of the course, the class and the machine that are not as before
    left: tuple[str, ...]  # processes

    def output(self, student: str) -> str:
        """What the submission printed."""
        stored = self.out / "answers" / f"{student}.zip"
        return load(stored)[0]["submission"].output if stored.exists() else ""
