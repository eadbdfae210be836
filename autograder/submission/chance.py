"""Where a submission may draw random numbers that no seed of ours reaches. Trusted side; runs nothing."""

import ast
from collections.abc import Iterable

from autograder.submission import Cell

# Without arguments, or with None, these take their state from the operating system.
_SEEDED_BY_ARGUMENT = {"seed", "default_rng", "RandomState", "Random", "SeedSequence", "PCG64", "MT19937"}
_NEVER_SEEDED = {
    "urandom",
    "getrandom",
    "SystemRandom",
    "token_bytes",
    "randbits",
    "uuid1",
    "uuid4",
    "time_ns",
}


def chance_in(cells: Iterable[Cell]) -> tuple[str, int] | None:
    """Label of the cell and line of the first call that looks so; a hint where to look, never a verdict."""
    for cell in cells:
        try:
            tree = ast.parse(cell.source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        lines = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_chance(node)]
        if lines:
            return cell.label, min(lines)
    return None


def _is_chance(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    unseeded = all(isinstance(value, ast.Constant) and value.value is None for value in given)
    return name in _NEVER_SEEDED or (name in _SEEDED_BY_ARGUMENT and unseeded)
