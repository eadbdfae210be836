"""Which answers are the same or nearly the same, and where they differ. Trusted side, pure.

Looked at together they are graded alike and read once. That is help for whoever grades, and no verdict.
"""

import hashlib
import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from html import escape

from markupsafe import Markup

# Of the runs of three words in either answer, the share that both have. Different answers to the same
# question share less than 0.1 of them (measured over all samples and references of the course's written
# tasks); an answer of forty words in which one or two are changed shares 0.7 or more.
NEARLY = 0.6
_RUN = 3
_DATA = re.compile(r"data:image/[\w+.-]+;base64,[A-Za-z0-9+/=]+")


def words(text: str) -> list[str]:
    """The words of an answer in small letters; a picture counts as a word of its own."""
    named = _DATA.sub(lambda found: "picture" + hashlib.sha256(found[0].encode()).hexdigest()[:12], text)
    return re.findall(r"\w+", named.casefold())


def likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """The share of runs of three words that two answers have in common, 0 to 1."""
    return _share(_runs(one), _runs(other))


def alike(texts: Sequence[str]) -> list[list[int]]:
    """Indices of `texts` in groups: each text is in one, and is nearly the group's first.

    Answers of fewer than three words belong together only where they are the same.
    """
    groups: list[list[int]] = []
    leaders: list[tuple[list[str], frozenset[tuple[str, ...]]]] = []
    for index, text in enumerate(texts):
        mine = words(text)
        runs = _runs(mine)
        for group, (leader, leaders_runs) in zip(groups, leaders, strict=True):
            if mine == leader or _share(runs, leaders_runs) >= NEARLY:
                group.append(index)
                break
        else:
            groups.append([index])
            leaders.append((mine, runs))
    return groups


def difference(one: str, other: str) -> Markup:
    """`other` with what it has more than `one` as <ins> and what it lacks as <del>; a picture is a word."""
    before, after = (_shown(text) for text in (one, other))
    parts = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal" and b > a:
            parts.append(f"<del>{escape(' '.join(before[a:b]))}</del>")
        if d > c:
            text = escape(" ".join(after[c:d]))
            parts.append(text if kind == "equal" else f"<ins>{text}</ins>")
    return Markup(" ".join(parts))


def _shown(text: str) -> list[str]:
    return _DATA.sub("[picture]", text).split()[:1_000]  # quadratic in the number of words


def _runs(of: Sequence[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(of[at : at + _RUN]) for at in range(len(of) - _RUN + 1))


def _share(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    if not one or not other or min(len(one), len(other)) < NEARLY * max(len(one), len(other)):
        return 0.0
    return len(one & other) / len(one | other)
