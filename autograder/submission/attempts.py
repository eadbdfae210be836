"""Several attempts of one student, told apart by what their folders or files are called. Trusted side, pure.

`attempt 2/protonet.ipynb`, `2026-10-02-12-00-00/protonet.ipynb`, `ada_attempt_2026-10-02-12-00-00_net.pth`: a
number or a moment says which attempt a file belongs to. What has neither belongs to all of them.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from autograder.submission.kinds import UnreadableError
from autograder.submission.together import ATTEMPT, MOMENT, is_attempt, is_work
from autograder.submission.unpack import room_beside, unzipped

_MOST = 20  # attempts that are looked at, the last ones: each may be graded by itself
_Key = tuple[str, int]  # digits of the moment, number; what is not said is empty or 0


@dataclass(frozen=True)
class Attempt:
    """One attempt, `number` of `count`. `name` is what it is called on disk, `when` the moment in that."""

    name: str
    files: Mapping[str, bytes]
    number: int
    count: int
    when: datetime | None = None

    def counts(self, why: str) -> str:
        """A sentence that says why this one counts."""
        when = f", of {self.when:%Y-%m-%d %H:%M}" if self.when else ""
        return f"{self.count} attempts were handed in, and the {why} counts: number {self.number}{when}."


def attempts_in(files: Mapping[str, bytes]) -> list[Attempt]:
    """The attempts among a student's files, the last one at the end; none where they are of one attempt.

    Of very many only the last ones.

    They are attempts where all work lies in two of them at least, and all say a moment, or all a number.
    """
    top = {path.partition("/")[0] for path in files if "/" in path}
    if len(top) == 1 and all("/" in path for path in files) and not is_attempt(*top):
        return attempts_in({path.partition("/")[2]: data for path, data in files.items()})
    keys = {path: key for path in files if (key := _key(path.partition("/")[0], "/" in path))}
    works = [path for path in files if is_work(path)]
    if not all(path in keys for path in works):
        return []
    found = {keys[path] for path in works}
    if len(found) < 2 or len({bool(when) for when, _ in found}) > 1:
        return []
    shared = {path: data for path, data in files.items() if keys.get(path) not in found}
    attempts = []
    for number, key in list(enumerate(sorted(found), 1))[-_MOST:]:
        mine = _of(key, files, keys)
        mine |= room_beside(mine, shared)
        attempts.append(Attempt(_name_of(key, keys), mine, number, len(found), _moment(key[0])))
    return attempts


def _key(part: str, folder: bool) -> _Key | None:
    """Which attempt a folder or file is of, by its name; `None` where it does not say."""
    when = MOMENT.search(part)
    number = ATTEMPT.search(part)
    if when:
        return re.sub(r"\D", "", when[0]).ljust(14, "0"), 0
    if number:
        return "", int(number["number"])
    return ("", int(part)) if folder and part.isdecimal() and 0 < len(part) < 4 else None


def _name_of(key: _Key, keys: Mapping[str, _Key]) -> str:
    return next(path.partition("/")[0] for path, of in sorted(keys.items()) if of == key)


def _of(key: _Key, files: Mapping[str, bytes], keys: Mapping[str, _Key]) -> dict[str, bytes]:
    """The files of one attempt, without its name before theirs; a zip that is one is unpacked."""
    mine: dict[str, bytes] = {}
    zips = sum(path.lower().endswith(".zip") for path in keys)
    for path in (path for path, of in keys.items() if of == key):
        part, _, inner = path.partition("/")
        if inner or not path.lower().endswith(".zip"):
            mine |= room_beside(mine, {inner or _own_name(part): files[path]})
            continue
        with suppress(UnreadableError):
            mine |= room_beside(mine, unzipped(files[path], of=zips))
    return mine


def _own_name(name: str) -> str:
    """`net.pth` for `ada_attempt_2_net.pth`; the whole name where nothing but an ending follows."""
    found = MOMENT.search(name) or ATTEMPT.search(name)
    rest = name[found.end() :].lstrip(" _-") if found else ""
    return rest if rest and not rest.startswith(".") else name


def _moment(digits: str) -> datetime | None:
    with suppress(ValueError):
        return datetime.strptime(digits, "%Y%m%d%H%M%S") if digits else None
    return None
