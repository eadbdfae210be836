"""What tests ask of a student's code: the expressions that they compare. Trusted side, pure.

A probe records what an expression comes to, and the reference's own answer is the expected one. So of
`assert area(2, 3) == 6` only `area(2, 3)` is taken over.
"""

import ast
import builtins
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from autograder.authoring.imported.parts import Test
from autograder.submission.magics import without_magics

_CLOSE = ("isclose", "allclose", "array_equal", "equal", "almost_equal", "equals", "equal_to", "print")
_THROUGH = ("all", "bool", "any")
_TYPES = ("isinstance", "callable", "hasattr", "issubclass")


@dataclass(frozen=True)
class Asked:
    """One expression about a student's code.

    Attributes:
        given: lines that run before it. needs: names of the notebook's that it is about.
    """

    expression: str
    given: str
    needs: tuple[str, ...]
    hidden: bool


@dataclass(frozen=True)
class Questions:
    """What of a test could be taken over, and the lines that could not.

    `helpers` are the functions that it defines where students see them: later tests may use them.
    """

    asked: tuple[Asked, ...]
    left: tuple[str, ...]
    helpers: tuple[ast.stmt, ...] = ()


def asked_by(test: Test, imports: Collection[str], helpers: Sequence[ast.stmt] = ()) -> Questions:
    """The expressions that a test compares.

    Args:
        imports: names that the notebook imports, which are no student's work.
        helpers: functions that earlier tests define.
    """
    try:
        body = ast.parse(without_magics(test.source)).body
    except SyntaxError as error:
        return Questions((), (f"{error.text or test.source}".strip(),))
    asked: list[Asked] = []
    left: list[str] = []
    before: list[ast.stmt] = []  # what later expressions may need
    own = dict.fromkeys(imports, False)  # names that are no student's -> whether they come from one
    own |= dict.fromkeys((name for helper in helpers for name in _bound(helper)), False)
    for statement in body:
        hidden = statement.lineno in test.hidden
        found = list(_expressions(statement, own))
        if found:
            given = [one for one in before if hidden or one.lineno not in test.hidden]
            asked += [_asked(expression, given, helpers, own, hidden) for expression in found]
        elif _prepares(statement):
            before.append(statement)
            own |= {name: _is_theirs(statement, own) for name in _bound(statement)}
        elif not _says_nothing(statement, own):
            left.append(ast.unparse(statement).split("\n")[0])
            if isinstance(statement, ast.Delete):
                break  # what follows asks about a notebook that is not the student's any more
    functions = [one for one in before if isinstance(one, ast.FunctionDef) and one.lineno not in test.hidden]
    return Questions(tuple(asked), tuple(left), tuple(functions))


def _asked(
    expression: ast.expr,
    given: Sequence[ast.stmt],
    helpers: Sequence[ast.stmt],
    own: dict[str, bool],
    hidden: bool,
) -> Asked:
    loaded = {name for node in (expression, *given) for name in _loaded(node)}
    optional = [*helpers, *(one for one in given if isinstance(one, ast.Import | ast.ImportFrom))]
    given = [one for one in (*helpers, *given) if one not in optional or _bound(one) & loaded]
    needs = {name for node in (expression, *given) for name in _names(node, own)}
    lines = "\n".join(map(ast.unparse, given))
    return Asked(ast.unparse(expression), lines, tuple(sorted(needs)), hidden)


def _expressions(statement: ast.stmt, own: dict[str, bool]) -> Iterator[ast.expr]:
    if isinstance(statement, ast.Assert):
        yield from _compared(statement.test, own)
    elif isinstance(statement, ast.Expr):
        yield from _compared(statement.value, own)
    elif (raising := _raising(statement)) and _is_theirs(raising, own):
        yield _raised(raising)
    elif isinstance(statement, ast.For) and all(isinstance(one, ast.Assert) for one in statement.body):
        bound = own | dict.fromkeys(_bound(statement), False)
        for one in statement.body:
            for expression in _expressions(one, bound):
                generator = ast.comprehension(statement.target, statement.iter, [], 0)
                yield ast.ListComp(expression, [generator])


def _compared(test: ast.expr, own: dict[str, bool]) -> Iterator[ast.expr]:
    """The sides of a comparison that are about a student's work."""
    if isinstance(test, ast.BoolOp):
        sides = test.values
    elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        sides = [test.operand]
    elif isinstance(test, ast.Compare):
        sides = [side for one in (test.left, *test.comparators) for side in _apart(one)]
        yield from (side for side in sides if _is_theirs(side, own))
        return
    elif isinstance(test, ast.Call) and "aises" in _called(test) and len(test.args) > 1:
        call = ast.Call(test.args[1], test.args[2:], test.keywords)
        yield from [_raised(call)] if _is_theirs(call, own) else []
        return
    elif isinstance(test, ast.Call) and _called(test) in _THROUGH:
        sides = test.args or [test.func.value] if isinstance(test.func, ast.Attribute) else test.args
    elif isinstance(test, ast.Call) and _called(test).endswith(_CLOSE):
        yield from (side for side in test.args[:2] if _is_theirs(side, own))
        return
    else:
        if _is_theirs(test, own) and not (isinstance(test, ast.Call) and _called(test) in _TYPES):
            yield test
        return
    for side in sides:
        yield from _compared(side, own)


def _apart(side: ast.expr) -> list[ast.expr]:
    """Both sides of a difference whose size is compared: `abs(a - b) < 1e-6`."""
    if isinstance(side, ast.Call) and _called(side) == "abs" and side.args:
        match side.args[0]:
            case ast.BinOp(left, ast.Sub(), right):
                return [left, right]
    return [side]


def _raised(call: ast.expr) -> ast.expr:
    later = ast.Lambda(ast.arguments([], [], None, [], [], None, []), call)
    return ast.Call(ast.Name("raised", ast.Load()), [later], [])


def _raising(statement: ast.stmt) -> ast.expr | None:
    """The call of which a statement asks that it raises."""
    if isinstance(statement, ast.Try) and statement.orelse and not statement.finalbody:
        passes = all(isinstance(one, ast.Pass) for handler in statement.handlers for one in handler.body)
        inner = statement.body if passes and isinstance(statement.orelse[0], ast.Raise | ast.Assert) else []
    elif isinstance(statement, ast.With) and "aises" in ast.unparse(statement.items[0]):
        inner = statement.body
    else:
        return None
    return inner[0].value if len(inner) == 1 and isinstance(inner[0], ast.Expr) else None


def _prepares(statement: ast.stmt) -> bool:
    kinds = ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Import | ast.ImportFrom | ast.FunctionDef
    return isinstance(statement, kinds)


def _says_nothing(statement: ast.stmt, own: dict[str, bool]) -> bool:
    """A docstring, or a line about nothing of a student's."""
    return isinstance(statement, ast.Pass | ast.Expr) and not _is_theirs(statement, own)


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _is_theirs(node: ast.AST, own: dict[str, bool]) -> bool:
    return bool(_names(node, own)) or any(own.get(name) for name in _loaded(node))


def _loaded(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def _names(node: ast.AST, own: Collection[str]) -> set[str]:
    """Names that a node takes from the student's notebook."""
    bound = {name for one in ast.walk(node) for name in _bound(one)}
    return {n for n in _loaded(node) - bound if n not in own and not hasattr(builtins, n) and n != "raised"}


def _bound(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    if isinstance(node, ast.FunctionDef):
        return {node.name}
    if isinstance(node, ast.arg):
        return {node.arg}
    if isinstance(node, ast.For | ast.Assign | ast.AnnAssign | ast.AugAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return {n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)}
    if isinstance(node, ast.comprehension):
        return {n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)}
    return set()
