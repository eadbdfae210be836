"""Which answers are the same or nearly the same, and where they differ. Trusted side, pure.

Looked at together they are graded alike and read once. That is help for whoever grades, and no verdict.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from html import escape

from markupsafe import Markup

# Of the runs of three words in either answer, the share that both have. Different answers to the same
# question share less than 0.1 of them (measured over all samples and references of the course's written
# tasks); an answer of forty words in which one or two are changed shares 0.7 or more.
NEARLY = 0.6
_RUN = 3
_CONTEXT = 8  # words
_MAX_TEXT = 100_000  # characters without pictures, twice what a page shows: runs take a hundred times as much
_DATA = re.compile(r"data:image/[\w+.-]+;base64,[A-Za-z0-9+/=]+")


def words(text: str) -> list[str]:
    """The words of an answer in small letters; a picture counts as a word of its own."""
    named = _DATA.sub(lambda found: "picture" + hashlib.sha256(found[0].encode()).hexdigest()[:12], text)
    return re.findall(r"\w+", named[:_MAX_TEXT].casefold())


def likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """The share of runs of three words that two answers have in common, 0 to 1."""
    mine, theirs = _runs(one), _runs(other)
    return len(mine & theirs) / len(mine | theirs) if mine and theirs else 0.0


def alike(texts: Sequence[str]) -> list[list[int]]:
    """Indices of `texts` in groups: each text is in one, and is nearly the group's first.

    Answers of fewer than three words belong together only where they are the same.
    """
    groups: list[list[int]] = []
    sizes: list[int] = []  # runs of each group's first
    having: dict[tuple[str, ...], list[int]] = {}  # run -> groups whose first has it
    same: dict[tuple[str, ...], int] = {}
    for index, text in enumerate(texts):
        mine = words(text)
        runs = _runs(mine)
        shared = Counter(group for run in runs for group in having.get(run, ()))
        near = [
            group for group, count in shared.items() if count >= NEARLY * (len(runs) + sizes[group] - count)
        ]
        group = same.get(tuple(mine), min(near, default=len(groups)))
        if group < len(groups):
            groups[group].append(index)
            continue
        groups.append([index])
        sizes.append(len(runs))
        same[tuple(mine)] = group
        for run in runs:
            having.setdefault(run, []).append(group)
    return groups


def difference(one: str, other: str) -> Markup:
    """`other` with what it has more than `one` as <ins> and what it lacks as <del>; a picture is a word.

    Of what is the same, only the words next to a difference are shown.
    """
    before, after = (_shown(text) for text in (one, other))
    parts = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal" and b > a:
            parts.append(f"<del>{escape(' '.join(before[a:b]))}</del>")
        if d > c:
            if kind == "equal":
                parts.append(escape(" ".join(_around(after[c:d]))))
            else:
                parts.append(f"<ins>{escape(' '.join(after[c:d]))}</ins>")
    return Markup(" ".join(parts))


def _around(words: Sequence[str]) -> list[str]:
    return [*words] if len(words) <= 2 * _CONTEXT + 1 else [*words[:_CONTEXT], "…", *words[-_CONTEXT:]]


def _shown(text: str) -> list[str]:
    return _DATA.sub("[picture]", text).split()[:1_000]  # quadratic in the number of words


def _runs(of: Sequence[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(of[at : at + _RUN]) for at in range(len(of) - _RUN + 1))
