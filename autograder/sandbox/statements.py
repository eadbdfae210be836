"""Which statements say what a name means, and may run where training may not. Runs inside; pure.

Definitions run in every cell, also in those that train or draw, and after a statement that failed: imports,
functions, classes, and the settings that answers read (`SHORT = True`, `DEVICE = torch.device(...)`).
"""

import ast

# Calls in settings that cost nothing and change nothing.
_CALLS = frozenset({
    "torch.device", "torch.cuda.is_available", "torch.backends.mps.is_available", "torch.mps.is_available",
    "torch.accelerator.is_available", "Path", "pathlib.Path",
    "abs", "bool", "dict", "float", "frozenset", "int", "len", "list", "max", "min", "range", "round", "set",
    "sorted", "str", "sum", "tuple",
})  # fmt: skip
_VALUES = (
    ast.Constant, ast.Name, ast.Attribute, ast.Subscript, ast.Slice, ast.Starred, ast.keyword,
    ast.Tuple, ast.List, ast.Set, ast.Dict, ast.JoinedStr, ast.FormattedValue,
    ast.UnaryOp, ast.BinOp, ast.BoolOp, ast.Compare, ast.IfExp,
    ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.expr_context,
)  # fmt: skip
_DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def defines(statement: ast.stmt) -> bool:
    """Whether a statement only defines: an import, a function, a class, or settings, alone or under an `if`.

    A setting's value is computed from constants and other settings, without a call but for a few that only
    describe the machine, and of classes that are made of constants (`Schedule(epochs=30)`).
    """
    try:
        return _defines(statement)
    except RecursionError:
        return False


def is_setting(statement: ast.stmt) -> bool:
    """Of a definition: whether it computes a value, which may need what was left out, and may fail."""
    return isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.If))


def imports_inside(statement: ast.stmt) -> list[str]:
    """The modules that a function or class imports when it is called."""
    names: list[str] = []
    for node in ast.walk(statement) if isinstance(statement, _DEFINITIONS[2:]) else ():
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return names


def _defines(statement: ast.stmt) -> bool:
    if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        return statement.value is None or _is_value(statement.value)
    if isinstance(statement, ast.If):
        return _is_value(statement.test) and all(map(_defines, (*statement.body, *statement.orelse)))
    if isinstance(statement, ast.Try):  # `try: import google.colab`
        bodies = (
            statement.body,
            statement.orelse,
            statement.finalbody,
            *(h.body for h in statement.handlers),
        )
        return all(_defines(one) or isinstance(one, ast.Pass) for body in bodies for one in body)
    return isinstance(statement, _DEFINITIONS)


def _is_value(node: ast.AST, names: bool = True) -> bool:
    """Whether a value costs nothing to compute; without `names`, from constants alone."""
    if isinstance(node, ast.Lambda):
        return all(isinstance(one, ast.arg) or _is_value(one) for one in ast.iter_child_nodes(node.args))
    if isinstance(node, ast.Call):
        if _name(node.func) not in _CALLS:
            names = False
            if not _is_class(node.func):
                return False
        return all(_is_value(one, names) for one in (*node.args, *node.keywords))
    if isinstance(node, ast.Name) and not names:
        return False
    return isinstance(node, _VALUES) and all(_is_value(one, names) for one in ast.iter_child_nodes(node))


def _name(function: ast.expr) -> str:
    return ast.unparse(function) if isinstance(function, (ast.Name, ast.Attribute)) else ""


def _is_class(function: ast.expr) -> bool:
    last = _name(function).rpartition(".")[2]
    return last[:1].isupper() and not last.isupper()
