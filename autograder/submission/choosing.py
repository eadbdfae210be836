"""Which notebook of a hand-in counts, or a sentence about what there is. Trusted side, pure."""

from collections.abc import Mapping
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


def chosen_of(notebooks: Mapping[str, bytes], name: str, policy: Policy) -> str:
    """The one that counts: the only one, the only one with something in it, or that with the lab's name.

    Of several with that name it is one that was worked on, and of these the one in the fewest folders.

    Raises:
        UnreadableError: it is unclear which one does; names them.
    """
    left = list(notebooks)
    for better in (_holds_something, _is_named, _is_worked_on, _is_named_exactly):
        if len(left) > 1:
            left = [path for path in left if better(path, notebooks[path], policy)] or left
    depth = min(path.count("/") for path in left)
    if len(on_top := [path for path in left if path.count("/") == depth]) == 1:
        left = on_top
    if len({_code_of(notebooks[path]) for path in left}) == 1:
        return left[0]
    wanted = f"{policy.assignment or 'like the assignment'}.ipynb"
    same = len({PurePosixPath(path).name for path in left}) == 1
    what = "hand in one of them" if same else f"hand in one, named {wanted}"
    raise UnreadableError(
        f"{name} holds {len(left)} notebooks ({listed(left)}), and it is unclear which one counts: {what}."
    )


def left_aside(notebooks: Mapping[str, bytes], chosen: str, policy: Policy) -> list[str]:
    """A sentence about notebooks of this lab, or of none, that are other ones than the one that counts."""
    others = [
        path
        for path, data in notebooks.items()
        if _is_worked_on(path, data, policy)
        and _code_of(data) != _code_of(notebooks[chosen])
        and _assignment_of(data) in ("", policy.assignment)
    ]
    return [f"Of several notebooks `{chosen}` is graded, and not {listed(others)}."] if others else []


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


def _holds_something(path: str, data: bytes, policy: Policy) -> bool:
    return bool(_code_of(data))


def _is_worked_on(path: str, data: bytes, policy: Policy) -> bool:
    """Whether a cell is the student's own: an unpacked lab has the notebook as it was, twice."""
    try:
        cells = [cell for cell in raw_cells(document_of(data, ""), "") if cell.source.strip()]
    except UnreadableError:
        return bool(data)
    return any(cell.key not in policy.sources and cell.source.strip() != PLACEHOLDER for cell in cells)


def _is_named(path: str, data: bytes, policy: Policy) -> bool:
    return named_like(path, policy.assignment)


def _is_named_exactly(path: str, data: bytes, policy: Policy) -> bool:
    return PurePosixPath(path).stem.casefold() == policy.assignment.casefold()


def _assignment_of(data: bytes) -> str:
    try:
        return assignment_of(document_of(data, ""))
    except UnreadableError:
        return ""


def _code_of(data: bytes) -> str:
    """The sources of a notebook, to tell copies from each other; of what is none, all that it holds."""
    try:
        return "\0".join(cell.source for cell in raw_cells(document_of(data, ""), "") if cell.source.strip())
    except UnreadableError:
        return repr(data)
