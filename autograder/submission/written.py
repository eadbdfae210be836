"""What a student wrote in words, wherever in the notebook it stands. Trusted side, hostile text, pure.

An answer is all that is the student's own from its question down to the next cell that the assignment gave:
what was typed into the question's cell, into the answer's, and into any other between them, whatever type the
cell has by now. No word is lost: what stands elsewhere is told as nearby.
"""

import ast
import re
import textwrap
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from autograder.submission.document import RawCell, key_of
from autograder.submission.magics import without_magics
from autograder.submission.policy import PLACEHOLDER, Policy, heading_of

_LEAST = 40  # characters of a given text that is looked for in other cells; shorter ones may be anybody's
_MAX_LINES = 1_000  # of a changed cell that is compared line by line, which takes time by their square
_WORD = re.compile(r"\w")
_DEFINES = re.compile(r"^(?:(?:async\s+)?def|class)\s+\w+\s*[(:]", re.MULTILINE)


@dataclass(frozen=True)
class Written:
    """Written work by task, as Markdown.

    Attributes:
        answers: empty where the answer's cell was left as it was and nothing else stands there either.
        nearby: the student's own words that are in no answer, at the task whose question stands above them.
        words: numbers of the code cells, from 0 and among all cells, that hold words and no code.
    """

    answers: dict[str, str] = field(default_factory=dict)
    nearby: dict[str, str] = field(default_factory=dict)
    words: frozenset[int] = frozenset()


def written_work(cells: Sequence[RawCell], policy: Policy) -> Written:
    """Everything that is written in a notebook's cells and was not given."""
    answers: dict[str, list[str]] = {}
    nearby: dict[str, list[str]] = {}
    words: set[int] = set()
    task = ""  # whose stretch this is
    last = next(iter(policy.written_after.values()), "")
    above = ""  # the given text that was met last
    there = {policy.given.get(cell.id, cell.key) for cell in cells}
    older = _older(cells, policy, there)
    for number, cell in enumerate(cells):
        for part in _parts(replace(cell, id=older.get(number, cell.id)), policy):
            is_code = part.kind == "code" and _is_code(part.source)
            if answered := policy.answered_by(part):
                task = last = answered
                answers.setdefault(task, []).append(_text(part, is_code))
            elif asked := policy.asked_by(part):
                task = last = asked
                above = policy.given.get(part.id, part.key)
                if added := _added(above, part):
                    answers.setdefault(task, []).append(added)
            elif policy.knows(part):
                task = ""
                above = policy.given.get(part.id, part.key)
                if above in policy.prose and (added := _added(above, part)) and last:
                    nearby.setdefault(last, []).append(added)
            elif quoted := _quoted(part.key, policy, there):
                task = policy.written_after.get(quoted, task)
                above = quoted
            elif mine := _without_tail_of(above, part.source):
                own = replace(part, source=mine)
                if task:
                    answers.setdefault(task, []).append(_text(own, is_code))
                elif last and not is_code:
                    nearby.setdefault(last, []).append(_text(own, is_code))
            if part.kind == "code" and not is_code and not _DEFINES.search(part.source):
                words.add(number)
    return Written(
        {found: _joined(texts) for found, texts in sorted(answers.items())},
        {found: text for found, texts in sorted(nearby.items()) if (text := _joined(texts))},
        frozenset(words),
    )


def _older(cells: Sequence[RawCell], policy: Policy, there: Set[str]) -> dict[int, str]:
    """Ids of given cells that are there in other words and without one, by the number of the cell.

    An older edition of the notebook, say, which an editor made anonymous. They are known by their headings;
    a heading whose own cell is there as well is somebody's who repeats it.
    """
    ids = {source: cell_id for cell_id, source in policy.given.items()}
    return {
        number: ids[given]
        for number, cell in enumerate(cells)
        if not policy.answered_by(cell) and cell.id not in policy.given
        if (given := policy.headings.get(heading_of(cell.key))) in ids and given not in there
        if cell.kind != "code" or not _is_code(cell.source)
    }


def _parts(cell: RawCell, policy: Policy) -> Iterator[RawCell]:
    """The cell in parts where somebody joined it with given ones; each part is a given text or none."""
    source = cell.key
    inside = [given for given in policy.prose if len(given) >= _LEAST and given in source]
    places = sorted((source.index(given), given) for given in inside)
    if not places or source in policy.sources:
        yield cell
        return
    at, home = 0, cell  # what was pasted into the cell is told once, with its first part
    for place, given in places:
        if place < at:
            continue
        if own := source[at:place].strip():
            yield replace(home, source=own)
            home = replace(home, attachments={}, outputs=None)
        yield RawCell("markdown", "", frozenset(), given)
        if given in policy.written_after:  # what follows a question is its answer, whosever cell it was
            home = replace(home, id="", tags=frozenset())
        at = place + len(given)
    if own := source[at:].strip():
        yield replace(home, source=own)


def _quoted(key: str, policy: Policy, there: Set[str]) -> str | None:
    """The given text that this is a piece of: its cell was split, perhaps below the heading."""
    given = policy.headings.get(heading_of(key), "")
    if given.startswith(key) and given not in there:
        return given
    return next((given for given in policy.prose if key in given), None) if len(key) >= _LEAST else None


def _text(cell: RawCell, is_code: bool) -> str:
    """A cell as Markdown: code in a block of its own, with what it drew; words in a code cell bare."""
    if cell.kind != "code":
        return cell.words
    if is_code:
        fence = "`" * max(3, 1 + max(map(len, re.findall(r"`+", cell.source)), default=0))
        block = f"{fence}python\n{cell.source.strip()}\n{fence}"
        return "\n\n".join([block, *(f"![drawn by this code]({address})" for address in cell.drawings)])
    return bare_words(cell.source)


def bare_words(source: str) -> str:
    """What somebody wrote in a code cell or in a `.py` file: without `#` at each line, or without quotes."""
    text = source.strip()
    lines = text.split("\n")
    if all(line.startswith("#") or not line.strip() for line in lines) and "# " in text:
        return "\n".join(re.sub(r"^# ?", "", line) for line in lines)
    quoted = re.fullmatch(r"([rRuU]?)(\"\"\"|'''|\"|')(.*)\2;?", text, re.DOTALL)
    return textwrap.dedent(quoted[3]) if quoted and quoted[2] not in quoted[3] else text


def _is_code(source: str) -> bool:
    """Whether a cell has a statement in it, other than a text that stands alone."""
    try:
        body = ast.parse(without_magics(source)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any(not _is_text(statement) for statement in body)


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _added(given: str, cell: RawCell) -> str:
    """What a given cell has more than it was given with, line by line; nothing where no word was added."""
    before, after = given.split("\n"), cell.key.split("\n")
    if before == after:
        return ""
    if len(before) + len(after) > _MAX_LINES:
        return cell.words
    added = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "insert":
            added.append("\n".join(after[c:d]))
        elif kind == "replace":
            rests = zip(before[a:b], after[c:d], strict=False)
            first = [line.removeprefix(old).strip() if old else line for old, line in rests]
            added.append("\n".join([*first, *after[c + len(first) : d]]))
    text = "\n\n".join(part for part in added if _WORD.search(part) or "![" in part)
    return replace(cell, source=text).words if text else ""


def _without_tail_of(given: str, source: str) -> str:
    """Without the lines with which `given` ends, where a given cell was split and they begin this one."""
    tail, lines = given.split("\n"), key_of(source).split("\n")
    for count in range(min(len(tail), len(lines)), 0, -1):
        if tail[-count:] == lines[:count] and _WORD.search("".join(lines[:count])):
            return "\n".join(lines[count:])
    return source


def _joined(texts: Sequence[str]) -> str:
    said = (text.replace(PLACEHOLDER, "").strip() for text in texts)
    return "\n\n".join(text for text in said if text)
