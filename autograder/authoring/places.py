"""In which function of an answer a text stands, and which functions other definitions put in its place.

Trusted side, pure. Functions go by their qualified names: `calc_loss`, `ProtoNet.calc_loss`.
"""

import ast
from collections.abc import Iterator


def function_of(source: str, text: str) -> str:
    """The innermost function in which a text stands; the class of a class's lines; empty outside of all."""
    start = source.index(text) + len(text) - len(text.lstrip())
    line = source.count("\n", 0, start) + 1
    around = [
        name for name, node in _functions(ast.parse(source)) if node.lineno <= line <= (node.end_lineno or 0)
    ]
    return max(around, key=len, default="")


def replaces(definitions: str, function: str) -> bool:
    """Whether these definitions, run later, leave nothing of a function that was defined before."""
    tree = ast.parse(definitions)
    anew = {
        node.name
        for node in tree.body
        if isinstance(node, ast.ClassDef) and node.name not in map(ast.unparse, node.bases)
    }
    methods = {name for name, node in _functions(tree) if isinstance(node, ast.FunctionDef)}
    return function in methods or function.partition(".")[0] in anew


def _functions(tree: ast.AST, within: str = "") -> Iterator[tuple[str, ast.FunctionDef | ast.ClassDef]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield within + node.name, node
            yield from _functions(node, f"{within}{node.name}.")
        else:
            yield from _functions(node, within)
