"""Near-identical submissions, by code without its names, comments and layout. Trusted side; runs nothing.

A hint where a person may look, never a verdict: short tasks have few ways to be solved, so what the lab gives
and what many have is left out first. What is the same to the last comment counts, however many have it.

copydetect does the same by winnowing; every name is one token for it, and nothing counts more for being rare.
Beside 30 made-up students with answers of their own, a copy with other names was the first pair for both (1.0
here, 0.97 there), but there 40 pairs of the others followed above 0.5, and it took twice the time. It does
better where a copy has one variable more, which shifts the numbers of the names that follow here.
"""

import ast
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from autograder.course.whole import written_whole

LEAST = 0.8  # of the rare runs of tokens, shared: below, honest solutions of one recipe are found
FEWEST = 30  # rare runs, below which two short answers are alike by chance
_RUN = 8  # tokens
_MANY = 3  # students with the same run; or a tenth of the class, where that is more
_TOKEN = re.compile(r"\w+|[^\w\s]")
_GROUPS = 40  # with evidence: a page is read by a person
_SHOWN = 3  # parts of a pair
_LONGEST = 4_000  # characters of a part; some hundred lines


class Likeness(BaseModel):
    """Submissions that are nearly the same.

    Attributes:
        students: those who are linked by pairs of near-identical code, the two that are most alike first.
        share: of the rare code of these two, how much both have.
        evidence: parts of theirs side by side, the largest first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    students: tuple[str, ...]
    share: float
    evidence: tuple[tuple[str, str], ...]


_LIST = TypeAdapter(tuple[Likeness, ...])


def likenesses(
    sources: Mapping[str, Sequence[str]], given: Iterable[str], earlier: Collection[str] = ()
) -> tuple[Likeness, ...]:
    """Groups of students whose code is nearly the same, the most alike first.

    Args:
        sources: the cells or modules of each student.
        given: code that everybody got.
        earlier: students of `sources` who are of another year, and are not compared with each other.
    """
    given = list(given)
    parts_of = cache(_parts)  # a cell that many have is read once
    theirs = {student: _joined(map(parts_of, cells)) for student, cells in sources.items()}
    known = {run for cell in given for runs in parts_of(cell).values() for run in runs}
    own = {
        student: {run for runs in parts.values() for run in runs} - known for student, parts in theirs.items()
    }
    having = Counter(run for runs in own.values() for run in runs)
    many = max(_MANY, len(sources) // 10)
    rare = {student: {run for run in runs if having[run] <= many} for student, runs in own.items()}
    enough = {student: cells for student, cells in sources.items() if len(own[student]) >= FEWEST}
    pairs = [(1.0, one, other) for one, other in _verbatim(enough, set(given))]
    for one, other in _that_share(rare):
        shared, union = rare[one] & rare[other], rare[one] | rare[other]
        if len(union) >= FEWEST and len(shared) / len(union) >= LEAST:
            pairs.append((round(len(shared) / len(union), 3), one, other))
    pairs = [pair for pair in pairs if not set(pair[1:]) <= set(earlier)]
    pairs.sort(key=lambda pair: (-pair[0], pair[1:]))
    found = []
    for number, (share, students) in enumerate(_groups(pairs)):
        one, other = students[:2]
        shared = rare[one] & rare[other] or own[one] & own[other]
        shown = _evidence(theirs[one], theirs[other], shared) if number < _GROUPS else ()
        found.append(Likeness(students=students, share=share, evidence=shown))
    return tuple(found)


def keep(found: Sequence[Likeness], path: Path) -> None:
    """Write them down, for reports that are made again without the submissions."""
    with written_whole(path) as unfinished:
        unfinished.write_bytes(_LIST.dump_json(tuple(found), indent=1) + b"\n")


def kept(path: Path) -> tuple[Likeness, ...]:
    """What `keep` wrote; nothing where there is no such file."""
    try:
        return _LIST.validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return ()


def _verbatim(sources: Mapping[str, Sequence[str]], given: Collection[str]) -> list[tuple[str, str]]:
    """Neighbours among students whose own code is the same, character by character."""
    same: dict[str, list[str]] = {}
    for student in sorted(sources):
        text = "\n".join(cell for cell in sources[student] if cell not in given)
        same.setdefault(text, []).append(student)
    return [pair for students in same.values() for pair in pairwise(students)]


def _that_share(rare: Mapping[str, set[str]]) -> list[tuple[str, str]]:
    """Pairs that have any rare run in common; so few that no class is compared each with each."""
    owners: dict[str, list[str]] = {}
    for student in sorted(rare):
        for run in rare[student]:
            owners.setdefault(run, []).append(student)
    together = {tuple(students) for students in owners.values()}
    return sorted({pair for students in together for pair in combinations(students, 2)})


def _groups(pairs: Sequence[tuple[float, str, str]]) -> list[tuple[float, tuple[str, ...]]]:
    """Who is linked by pairs: each group once, the first of its pairs at its head, with that one's share."""
    group_of: dict[str, set[str]] = {}
    for _, one, other in pairs:
        joined = group_of.get(one, {one}) | group_of.get(other, {other})
        group_of.update(dict.fromkeys(joined, joined))
    found = []
    seen: set[str] = set()
    for share, one, other in pairs:
        if one not in seen:
            seen |= group_of[one]
            found.append((share, (one, other, *sorted(group_of[one] - {one, other}))))
    return found


def _parts(source: str) -> dict[str, set[str]]:
    """Top-level statements as they were written, with their runs of tokens without names.

    Linear in the source, which is a stranger's: `ast.get_source_segment` reads all of it for each statement.
    """
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    places: dict[tuple[int, int], set[str]] = {}
    for statement in body:
        place = statement.lineno - 1, statement.end_lineno or statement.lineno
        places.setdefault(place, set()).update(_runs(statement))
    lines = source.split("\n")
    return _joined({"\n".join(lines[first:last]): runs} for (first, last), runs in places.items())


def _joined(several: Iterable[Mapping[str, set[str]]]) -> dict[str, set[str]]:
    joined: dict[str, set[str]] = {}
    for parts in several:
        for text, runs in parts.items():
            joined.setdefault(text, set()).update(runs)
    return joined


def _runs(statement: ast.stmt) -> set[str]:
    try:
        tokens = _TOKEN.findall(ast.unparse(_nameless(statement)))
    except (RecursionError, ValueError):  # a number that is too long to be written
        return set()
    return {" ".join(tokens[i : i + _RUN]) for i in range(len(tokens) - _RUN + 1)}


def _evidence(
    one: Mapping[str, set[str]], other: Mapping[str, set[str]], shared: set[str]
) -> tuple[tuple[str, str], ...]:
    having: dict[str, list[str]] = {}
    for text, runs in other.items():
        for run in runs & shared:
            having.setdefault(run, []).append(text)
    pairs = []
    for text, runs in one.items():
        matches = Counter(match for run in sorted(runs & shared) for match in having[run])
        if matches:
            match, weight = matches.most_common(1)[0]
            pairs.append((weight, text, match))
    pairs.sort(key=lambda pair: -pair[0])
    return tuple((_cut(text), _cut(match)) for _, text, match in pairs[:_SHOWN])


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "\n..."


def _nameless(statement: ast.stmt) -> ast.stmt:
    """Names that a statement itself gives become v0, v1, ... in the order they come; docstrings go."""
    names: dict[str, str] = {}
    nodes = list(ast.walk(statement))
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and len(node.body) > 1:
                node.body = node.body[1:]
        elif isinstance(node, ast.arg):
            names.setdefault(node.arg, f"v{len(names)}")
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.setdefault(node.id, f"v{len(names)}")
    for node in nodes:
        if isinstance(node, ast.arg):
            node.arg, node.annotation = names[node.arg], None
        elif isinstance(node, ast.Name):
            node.id = names.get(node.id, node.id)
    return statement
