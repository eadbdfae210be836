"""The changes of one thing that mutants are made of, as spans of a source text. Trusted side, pure."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

_BINARY = {
    ast.Add: ("+", ["-"]), ast.Sub: ("-", ["+"]), ast.Mult: ("*", ["/"]), ast.Div: ("/", ["*"]),
    ast.Pow: ("**", ["*"]),
    ast.FloorDiv: ("//", ["/"]), ast.Mod: ("%", ["//"]),
}  # fmt: skip
_COMPARED = {
    ast.Lt: ("<", ["<=", ">"]), ast.LtE: ("<=", ["<"]), ast.Gt: (">", [">=", "<"]), ast.GtE: (">=", [">"]),
    ast.Eq: ("==", ["!="]), ast.NotEq: ("!=", ["=="]), ast.Is: ("is", ["is not"]),
    ast.IsNot: ("is not", ["is"]),
    ast.In: ("in", ["not in"]), ast.NotIn: ("not in", ["in"]),
}  # fmt: skip
_NAMES = {
    "mean": ["sum", "max"], "sum": ["mean"], "max": ["min"], "min": ["max"], "argmax": ["argmin"],
    "argmin": ["argmax"], "amax": ["amin"], "amin": ["amax"], "any": ["all"], "all": ["any"],
    "median": ["mean"], "square": ["abs"], "sqrt": ["abs"], "abs": ["square"], "exp": ["log"], "log": ["exp"],
    "softmax": ["log_softmax"], "log_softmax": ["softmax", "logsigmoid"], "logsumexp": ["sum"],
    "relu": ["gelu"], "ReLU": ["GELU"], "train": ["eval"], "eval": ["train"], "repeat_interleave": ["repeat"],
    "repeat": ["repeat_interleave"], "BatchNorm2d": ["InstanceNorm2d"], "MaxPool2d": ["AvgPool2d"],
    "bool": ["float"], "zeros": ["ones"], "ones": ["zeros"], "append": ["remove"], "nonzero": ["argsort"],
}  # fmt: skip
_MODULES = {"torch", "F", "nn", "np", "math", "random", "transforms", "v2", "Image", "self", "tqdm", "super"}
_COMPOUND = (ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Lambda)


@dataclass(frozen=True)
class Change:
    """`text` in place of what stands from `start` to `end`; `told` in words; `function`: in which it is."""

    start: int
    end: int
    text: str
    told: str
    function: str = ""


def changes_of(tree: ast.Module, source: str) -> Iterator[Change]:
    """Every change of the module's statements and expressions."""
    yield from _Walk(source).walk(tree, "")


class _Walk:
    """One source text, and where its nodes lie in it."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.starts = [0]
        for line in source.split("\n"):
            self.starts.append(self.starts[-1] + len(line) + 1)
        self.lines = source.split("\n")

    def walk(self, node: ast.AST, function: str, variables: frozenset[str] = frozenset()) -> Iterator[Change]:
        if isinstance(node, ast.FunctionDef):
            function, variables = node.name, _variables(node)
        for change in self.changes(node):
            yield Change(*change, function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in variables:
            for other in sorted(variables - {node.id}):
                if _akin(node.id, other):
                    yield Change(*self.span(node), other, f"`{other}` in place of `{node.id}`", function)
        for child in ast.iter_child_nodes(node):
            yield from self.walk(child, function, variables)

    # places

    def at(self, line: int, column: int) -> int:
        """The place in the text of a column in bytes, as ast counts them."""
        return self.starts[line - 1] + len(self.lines[line - 1].encode()[:column].decode())

    def span(self, node: ast.AST) -> tuple[int, int]:
        return (
            self.at(node.lineno, node.col_offset),  # type: ignore[attr-defined]
            self.at(node.end_lineno, node.end_col_offset),  # type: ignore[attr-defined]
        )

    def text(self, node: ast.AST) -> str:
        start, end = self.span(node)
        return self.source[start:end]

    def whole(self, node: ast.AST) -> str:
        """The text of an expression as it can stand in place of another."""
        return f"({self.text(node)})" if isinstance(node, _COMPOUND) else self.text(node)

    # changes: (start, end, text, told)

    def changes(self, node: ast.AST) -> Iterator[tuple[int, int, str, str]]:
        """The changes of a node itself, not of what is in it."""
        name = f"_{type(node).__name__.lower()}"
        yield from getattr(self, name, self.none)(node)
        if isinstance(node, ast.FunctionDef | ast.For | ast.While | ast.If | ast.With | ast.Module):
            yield from self.order(node.body)

    def none(self, _: ast.AST) -> Iterator[tuple[int, int, str, str]]:
        yield from ()

    def _binop(self, node: ast.BinOp) -> Iterator[tuple[int, int, str, str]]:
        if type(node.op) not in _BINARY or (
            isinstance(node.left, ast.Constant | ast.JoinedStr)
            and isinstance(getattr(node.left, "value", None), str)
        ):
            return
        symbol, others = _BINARY[type(node.op)]
        gap, until = self.span(node.left)[1], self.span(node.right)[0]
        place = gap + self.source[gap:until].index(symbol)
        for other in others:
            yield place, place + len(symbol), other, f"`{other}` in place of `{symbol}`"
        start, end = self.span(node)
        for kept in (node.left, node.right):
            yield start, end, self.whole(kept), f"one side of a `{symbol}` left out"

    def _compare(self, node: ast.Compare) -> Iterator[tuple[int, int, str, str]]:
        left = node.left
        for op, right in zip(node.ops, node.comparators, strict=True):
            symbol, others = _COMPARED[type(op)]
            gap, until = self.span(left)[1], self.span(right)[0]
            place = gap + self.source[gap:until].index(symbol)
            for other in others:
                yield place, place + len(symbol), other, f"`{other}` in place of `{symbol}`"
            left = right

    def _boolop(self, node: ast.BoolOp) -> Iterator[tuple[int, int, str, str]]:
        start, end = self.span(node)
        for kept in node.values:
            yield start, end, self.whole(kept), "part of a condition left out"

    def _constant(self, node: ast.Constant) -> Iterator[tuple[int, int, str, str]]:
        start, end = self.span(node)
        if isinstance(node.value, bool):
            yield start, end, str(not node.value), f"`{not node.value}` in place of `{node.value}`"
        elif isinstance(node.value, int):
            for other in (node.value + 1, node.value - 1):
                yield start, end, f"({other})" if other < 0 else str(other), "a number that is off by one"
        elif isinstance(node.value, float):
            for number in (node.value * 2, node.value / 2):
                yield start, end, repr(number), "another number"

    def _unaryop(self, node: ast.UnaryOp) -> Iterator[tuple[int, int, str, str]]:
        told = {ast.USub: "the minus sign", ast.Not: "`not`", ast.Invert: "`~`"}.get(type(node.op))
        if told and not isinstance(node.operand, ast.Constant):
            yield *self.span(node), self.whole(node.operand), f"{told} left out"

    def _attribute(self, node: ast.Attribute) -> Iterator[tuple[int, int, str, str]]:
        _, end = self.span(node)
        for other in _NAMES.get(node.attr, ()):
            yield end - len(node.attr), end, other, f"`{other}` in place of `{node.attr}`"

    def _name(self, node: ast.Name) -> Iterator[tuple[int, int, str, str]]:
        start, end = self.span(node)
        if node.id in ("max", "min", "sum", "any", "all", "len"):
            for other in _NAMES.get(node.id, ()):
                yield start, end, other, f"`{other}` in place of `{node.id}`"

    def _call(self, node: ast.Call) -> Iterator[tuple[int, int, str, str]]:
        start, end = self.span(node)
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        inner = function.value if isinstance(function, ast.Attribute) else None
        if inner is not None and not (isinstance(inner, ast.Name) and inner.id in _MODULES):
            yield start, end, self.whole(inner), f"`{name}` left out"
        elif len(node.args) >= 1 and name[:1].islower() and not isinstance(node.args[0], ast.Starred):
            yield start, end, self.whole(node.args[0]), f"`{name}` left out"
        for keyword in node.keywords:
            if keyword.arg and (gap := self.gap(keyword, node)):
                yield *gap, "", f"`{keyword.arg}` left out of `{name}`"
        plain = [argument for argument in node.args if not isinstance(argument, ast.Starred)]
        for one, other in pairwise(plain):
            a, b = self.span(one), self.span(other)
            text = self.text(other) + self.source[a[1] : b[0]] + self.text(one)
            yield a[0], b[1], text, f"two arguments of `{name}` swapped"
        if name == "range" and plain:
            yield *self.span(plain[-1]), f"{self.text(plain[-1])} - 1", "one step too few in a loop"

    def gap(self, keyword: ast.keyword, call: ast.Call) -> tuple[int, int] | None:
        """A keyword argument with the comma before or after it."""
        start, end = self.span(keyword)
        if before := re.search(r",\s*$", self.source[self.span(call)[0] : start]):
            return start - len(before[0]), end
        if after := re.match(r"\s*,\s*", self.source[end:]):
            return start, end + len(after[0])
        return start, end

    def _tuple(self, node: ast.Tuple) -> Iterator[tuple[int, int, str, str]]:
        if isinstance(node.ctx, ast.Load):
            for one, other in pairwise(node.elts):
                a, b = self.span(one), self.span(other)
                text = self.text(other) + self.source[a[1] : b[0]] + self.text(one)
                yield a[0], b[1], text, "two values swapped"

    def _list(self, node: ast.List) -> Iterator[tuple[int, int, str, str]]:
        yield from self._tuple(node)  # type: ignore[arg-type]

    def _subscript(self, node: ast.Subscript) -> Iterator[tuple[int, int, str, str]]:
        if isinstance(node.ctx, ast.Load):
            yield *self.span(node), self.whole(node.value), "a choice by index left out"

    def _ifexp(self, node: ast.IfExp) -> Iterator[tuple[int, int, str, str]]:
        for kept in (node.body, node.orelse):
            yield *self.span(node), self.whole(kept), "one of two cases left out"

    def _if(self, node: ast.If) -> Iterator[tuple[int, int, str, str]]:
        test = self.text(node.test)
        yield *self.span(node.test), f"not ({test})", "a condition turned round"
        yield *self.span(node.test), "True", "a condition left out"

    def _with(self, node: ast.With) -> Iterator[tuple[int, int, str, str]]:
        start, end = self.span(node)[0], self.header(node)
        inner = node.items[0].context_expr
        called = inner.func if isinstance(inner, ast.Call) else inner
        yield start, end, "if True:", f"`{self.text(called)}` left out"

    def header(self, node: ast.With) -> int:
        """Where the line that opens a block ends."""
        first = self.span(node.body[0])[0]
        return self.source.rindex(":", 0, first) + 1

    def _return(self, node: ast.Return) -> Iterator[tuple[int, int, str, str]]:
        parts = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
        for part in parts:
            if part is not None and not isinstance(part, ast.Constant | ast.Starred):
                yield *self.span(part), f"({self.text(part)}).detach()", "a result detached"

    def _augassign(self, node: ast.AugAssign) -> Iterator[tuple[int, int, str, str]]:
        gap, until = self.span(node.target)[1], self.span(node.value)[0]
        place = gap + self.source[gap:until].index("=")
        yield place - 1, place + 1, "=", "a total that begins anew each time"
        yield from self.dropped(node)
        yield from self.doubled(node)

    def _expr(self, node: ast.Expr) -> Iterator[tuple[int, int, str, str]]:
        if not isinstance(node.value, ast.Constant):
            yield from self.dropped(node)
            yield from self.doubled(node)

    def _assign(self, node: ast.Assign) -> Iterator[tuple[int, int, str, str]]:
        if not isinstance(node.targets[0], ast.Name | ast.Tuple):
            yield from self.dropped(node)

    def dropped(self, node: ast.stmt) -> Iterator[tuple[int, int, str, str]]:
        yield *self.span(node), "pass", f"{self.step(node)} left out"

    def doubled(self, node: ast.stmt) -> Iterator[tuple[int, int, str, str]]:
        indent = "\n" + " " * node.col_offset
        yield *self.span(node), self.text(node) + indent + self.text(node), f"{self.step(node)} done twice"

    def step(self, node: ast.stmt) -> str:
        """A statement in words: the function that it calls, if it calls one."""
        value = getattr(node, "value", None)
        if isinstance(value, ast.Call):
            called = value.func
            return f"`{called.attr if isinstance(called, ast.Attribute) else self.text(called)}`"
        return "a step"

    def order(self, body: list[ast.stmt]) -> Iterator[tuple[int, int, str, str]]:
        for one, other in pairwise(body):
            if not all(isinstance(node, ast.Expr | ast.Assign | ast.AugAssign) for node in (one, other)):
                continue
            if isinstance(one, ast.Expr) or _stored(one) & _loaded(other):  # else the order is free
                a, b = self.span(one), self.span(other)
                text = self.text(other) + self.source[a[1] : b[0]] + self.text(one)
                yield a[0], b[1], text, "two steps in the other order"


def _variables(function: ast.FunctionDef) -> frozenset[str]:
    """The arguments of a function, and the names that it assigns."""
    arguments = {argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)}
    return frozenset(arguments | _stored(function)) - {"self"}


def _stored(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}


def _loaded(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def _akin(one: str, other: str) -> bool:
    """Whether two names are of one kind: `x1` and `x2`, `support` and `support_set`, `intra` and `inter`."""
    if len(one) == 1 and len(other) == 1:
        return one.isupper() == other.isupper()
    if one.rstrip("0123456789_") == other.rstrip("0123456789_"):
        return True
    return len(one) > 3 and len(other) > 3 and (one[:3] == other[:3] or one[-4:] == other[-4:])
