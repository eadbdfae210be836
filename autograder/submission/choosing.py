"""Which notebook of a hand-in counts, or a sentence about what there is. Trusted side, pure."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from autograder.submission.document import assignment_of, document_of, raw_cells
from autograder.submission.kinds import UnreadableError, what_it_is_by_name
from autograder.submission.policy import PLACEHOLDER, Policy
from autograder.submission.together import is_notebook, listed, named_like
from autograder.submission.unpack import printable


def notebooks_of(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The notebooks among the files: by name or, where none is named like one, by what is in them."""
    named = {path: data for path, data in files.items() if path.lower().endswith(".ipynb")}
    named = named or {path: data for path, data in files.items() if is_notebook(path)}
    texts = {path: data for path, data in files.items() if path.lower().endswith((".json", ".txt"))}
    return named or {p: data for p, data in texts.items() if b'"nbformat"' in data and b'"cells"' in data}


@dataclass(frozen=True)
class Choice:
    """The notebook that counts, and a sentence about others of this lab, or of none, that hold other work."""

    path: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Seen:
    """What a notebook holds. `code` tells copies from each other, and is empty where nothing is in it."""

    code: str
    worked_on: bool
    assignment: str


def chosen_of(notebooks: Mapping[str, bytes], name: str, policy: Policy) -> Choice:
    """The one that counts: the only one, the only one with something in it, or that with the lab's name.

    Of several with that name it is one that was worked on, and of these the one in the fewest folders.

    Raises:
        UnreadableError: it is unclear which one does; names them.
    """
    if len(notebooks) == 1:
        return Choice(next(iter(notebooks)))
    seen = {path: _seen(data, policy) for path, data in notebooks.items()}
    left = list(notebooks)
    for better in (
        lambda path: seen[path].code,
        lambda path: named_like(path, policy.assignment),
        lambda path: seen[path].worked_on,
        lambda path: PurePosixPath(path).stem.casefold() == policy.assignment.casefold(),
    ):
        left = [path for path in left if better(path)] or left
    depth = min(path.count("/") for path in left)
    if len(on_top := [path for path in left if path.count("/") == depth]) == 1:
        left = on_top
    if len({seen[path].code for path in left}) == 1:
        return Choice(left[0], tuple(_left_aside(seen, left[0], policy)))
    wanted = f"{policy.assignment or 'like the assignment'}.ipynb"
    same = len({PurePosixPath(path).name for path in left}) == 1
    what = "hand in one of them" if same else f"hand in one, named {wanted}"
    raise UnreadableError(
        f"{name} holds {len(left)} notebooks ({listed(left)}), and it is unclear which one counts: {what}."
    )


def _left_aside(seen: Mapping[str, _Seen], chosen: str, policy: Policy) -> Iterator[str]:
    others = [
        path
        for path, one in seen.items()
        if one.worked_on and one.code != seen[chosen].code and one.assignment in ("", policy.assignment)
    ]
    if others:
        yield f"Of several notebooks `{chosen}` is graded, and not {listed(others)}."


def nothing_to_grade(name: str, files: Mapping[str, bytes]) -> str:
    """A sentence about a hand-in without a notebook and without code."""
    if list(files) == [name]:
        kind = what_it_is_by_name(name).removeprefix(name).lstrip(", ") or "neither a notebook nor a .py file"
        return f"{name} is {kind}. Hand in the notebook, a .py file, or a zip with them."
    zips = [path for path in files if path.lower().endswith(".zip")]
    if len(zips) > 1:
        return f"{name} holds {len(zips)} zips ({listed(zips)}) and no notebook: hand in one of them."
    told = [what_it_is_by_name(printable(path)) for path in files]
    there = f" Found: {'; '.join(told[:3])}{'; ...' if len(told) > 3 else ''}." if told else ""
    todo = "" if ":" in there.removeprefix(" Found:") else " Hand in the notebook itself, the .ipynb."
    return f"{name} holds no notebook and no .py file of the student's own.{there}{todo}"


def _seen(data: bytes, policy: Policy) -> _Seen:
    """Of what is no notebook, or too large a one, all bytes count as its code."""
    try:
        document = document_of(data, "")
        cells = [cell for cell in raw_cells(document, "") if cell.source.strip()]
    except UnreadableError:
        return _Seen(hashlib.sha256(data).hexdigest() if data else "", bool(data), "")
    code = "\0".join(cell.source for cell in cells)
    return _Seen(
        code=hashlib.sha256(code.encode()).hexdigest() if code else "",
        # An unpacked lab has the notebook as it was, twice.
        worked_on=any(c.key not in policy.sources and c.source.strip() != PLACEHOLDER for c in cells),
        assignment=assignment_of(document),
    )
