"""Which of a submission's code an answer can hang on: program slices over names. Trusted side; pure.

Known mistakes and mutants differ from the reference in a line. A probe that cannot reach that line gets the
reference's answer, so it need not be asked again. What a probe can reach is taken too large rather than too
small: every word of its own code, of its cases and of the helpers that it names may be a name in the
notebook, every statement that does more than bind names always counts, and so does all that these name in
turn.

Mark Weiser, "Program Slicing", ICSE 1981.
"""

import ast
import json
import re
import symtable
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from autograder.sandbox.statements import defines
from autograder.submission import Cell

_WORD = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True)
class Statement:
    """A statement at the top of a cell. `acts`: it does more than bind names."""

    text: str
    acts: bool
    binds: frozenset[str]
    mentions: frozenset[str]


def program(cells: Iterable[Cell]) -> tuple[Statement, ...] | None:
    """What runs of the cells, in order; None where not even the names can be told.

    An import of what the name stands for anyway is left out.
    """
    found: list[Statement] = []
    stands_for: dict[str, str] = {}
    for cell in cells:
        statements = _statements(cell.source, cell.definitions_only)
        if statements is None:
            return None
        for statement in statements:
            if any(stands_for.get(name) != statement.text for name in statement.binds) or statement.acts:
                found.append(statement)
            stands_for |= dict.fromkeys(statement.binds, statement.text if _imports(statement) else "")
    return tuple(found)


def sliced(statements: Sequence[Statement], names: Collection[str]) -> tuple[str, ...]:
    """The statements that these names, or any statement that acts, can reach."""
    reached: set[int] = set()
    wanted = set(names)
    while True:
        more = {
            place
            for place, statement in enumerate(statements)
            if place not in reached and (statement.acts or statement.binds & wanted)
        }
        if not more:
            return tuple(statements[place].text for place in sorted(reached))
        reached |= more
        wanted.update(*(statements[place].mentions for place in more))


def vocabulary(sources: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """The words of what each name at the top of some modules stands for."""
    words: dict[str, set[str]] = {}
    for source in sources:
        for statement in ast.parse(source).body:
            mentioned = set(_words(statement))
            for name in _bound(statement):
                words.setdefault(name, set()).update(mentioned)
    return {name: frozenset(of) for name, of in words.items()}


def words_in_case(text: str) -> frozenset[str]:
    """The words of a case's texts: a probe may ask for what its case names, or run what it says."""
    return frozenset(word for said in _texts(json.loads(text)) for word in _WORD.findall(said))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (text for one in value for text in _texts(one))
    elif isinstance(value, dict) and "packed" not in value:
        yield from (text for one in value.values() for text in _texts(one))


def words_of(
    probe: str, vocabulary: Mapping[str, frozenset[str]], more: Collection[str] = ()
) -> frozenset[str]:
    """All words of a probe, and `more`, and of what these stand for in turn: names that it may ask for."""
    found, fresh = {probe, *more}, {probe, *more}
    while fresh:
        fresh = set().union(*(vocabulary.get(name, frozenset()) for name in fresh)) - found
        found |= fresh
    return frozenset(found)


@lru_cache(maxsize=1024)
def _statements(source: str, definitions_only: bool) -> tuple[Statement, ...] | None:
    try:
        top = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError):
        return None
    single = [one for statement in top for one in _one_by_one(statement)]
    if any(isinstance(node, ast.alias) and node.name == "*" for one in single for node in ast.walk(one)):
        return None
    return tuple(
        Statement(ast.dump(one), _acts(one), frozenset(_bound(one)), frozenset(_words(one)))
        for one in single
        if not _is_text(one) and (defines(one) or not definitions_only)
    )


def _one_by_one(statement: ast.stmt) -> list[ast.stmt]:
    """An import of several names as one of each."""
    if isinstance(statement, ast.Import):
        return [ast.Import([alias]) for alias in statement.names]
    if isinstance(statement, ast.ImportFrom):
        return [ast.ImportFrom(statement.module, [alias], statement.level) for alias in statement.names]
    return [statement]


def _acts(statement: ast.stmt) -> bool:
    """Whether a statement does more than bind names; to compute the value of one is not to act."""
    if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        parts = [node for target in targets for node in ast.walk(target) if isinstance(node, ast.expr)]
        return not all(isinstance(part, (ast.Name, ast.Tuple, ast.List, ast.Starred)) for part in parts)
    if isinstance(statement, ast.ClassDef):
        return any(_acts(one) for one in statement.body if not (_is_text(one) or isinstance(one, ast.Pass)))
    return not defines(statement)


def _imports(statement: Statement) -> bool:
    return statement.text.startswith("Import")


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _bound(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement binds where it stands."""
    for node in _here(statement):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).partition(".")[0]
        elif isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
            yield node.id
    # A function may bind names of the module, too.
    yield from (name for node in ast.walk(statement) if isinstance(node, ast.Global) for name in node.names)


def _here(statement: ast.AST) -> Iterator[ast.AST]:
    """A statement and what stands in it, but not in a function or a class of its own."""
    yield statement
    if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
        for child in ast.iter_child_nodes(statement):
            yield from _here(child)


def _words(statement: ast.stmt) -> Iterator[str]:
    """What a statement mentions; a function's own variables are nobody else's."""
    yield from _globals(symtable.symtable(ast.unparse(statement), "statement", "exec"))
    for one in ast.walk(statement):
        if isinstance(one, ast.Attribute):
            yield one.attr
        elif isinstance(one, ast.keyword) and one.arg:
            yield one.arg
        elif isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield from (part for part in one.value.split(".") if part.isidentifier())
        elif isinstance(one, ast.alias):
            yield one.name.rpartition(".")[2]


def _globals(table: symtable.SymbolTable) -> Iterator[str]:
    own = table.get_type() == "function"  # a class's body looks outside for what it binds later on
    yield from (name.get_name() for name in table.get_symbols() if name.is_global() or not own)
    for inner in table.get_children():
        yield from _globals(inner)
