"""Downloads with every attempt and its moment: Blackboard, Brightspace, ILIAS. Trusted side, runs nothing.

- Blackboard, *Assignment File Download*: `Lab 1_ada01_attempt_2026-10-01-12-00-00_protonet.ipynb`, and for
  each attempt a `Lab 1_ada01_attempt_2026-10-01-12-00-00.txt` that says who it is and what was typed.
- Brightspace, *Download* of all submissions: a folder `397063-2557369 - Ada Lovelace - Oct 1, 2026 1200 PM`
  for each attempt, or files so named with ` - protonet.ipynb` behind, and an `index.html`.
- ILIAS, *Download All Submissions*: `Lovelace_Ada_ada01_4711/` for each, in a team's folder where there are
  teams. What is handed in again under a name is `protonet (2).ipynb` there; where it kept its moment, the
  name begins with it.

Moments are the platform's own clock without a zone, and are taken for this machine's.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from autograder.platforms.downloads import HandIn, as_attempts
from autograder.results.class_list import Student, key_of
from autograder.submission.unpack import below

BLACKBOARD = re.compile(
    r"(?P<who>.+?)_attempt_(?P<when>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|(?P<about>\.txt))", re.DOTALL
)
BRIGHTSPACE = re.compile(
    r"(?P<id>\d+-\d+) ?- (?P<name>.+?) ?- (?P<when>\w{3,10}\.? \d{1,2}, \d{4} \d{3,4} ?[AP]M)"
    r"(?: ?- ?(?P<file>.+))?"
)
ILIAS = re.compile(r"(?P<last>[^_]+)_(?P<first>.+)_(?P<login>[^_]+)_(?P<id>\d+)")
_TEAM = re.compile(r"[^\W\d_]+ \d+")
_NAME = re.compile(r"^Name:[ \t]*(?P<name>.*?)[ \t]*\((?P<login>[^()\n]*)\)\s*?$", re.MULTILINE)
_TYPED = re.compile(r"^Submission Field:[ \t]*\r?\n(?P<text>.*?)\r?\n\s*Comments:", re.MULTILINE | re.DOTALL)
_STAMPED = re.compile(r"(?P<when>20\d{12})_(?P<file>.+)")
_AGAIN = re.compile(r"(?P<stem>.+) \((?P<number>[2-9]|[1-9]\d)\)(?P<ending>\.\w+)?")
_LATE = re.compile(r"(?:Late Submission|Verspätete Abgabe|Verspaetete Abgabe) - ", re.IGNORECASE)
_FILE, _STAMP = "%Y-%m-%d-%H-%M-%S", "%Y%m%d%H%M%S"


def blackboard(download: Path, names: Sequence[str]) -> Iterator[HandIn]:
    """Blackboard's files, all of which have its form; a student is the user name there."""
    attempts: dict[tuple[str, str], list[re.Match[str]]] = {}
    for found in filter(None, map(BLACKBOARD.fullmatch, names)):
        attempts.setdefault((found["who"], found["when"]), []).append(found)
    people: dict[str, tuple[str, list[tuple[str, dict[str, Path]]]]] = {}
    for (who, when), files in sorted(attempts.items()):
        about = next((_read(download / one.string) for one in files if one["about"]), "")
        said = _NAME.search(about)
        login = said["login"] if said and who.endswith(f"_{said['login']}") else who.rpartition("_")[2]
        mine = {one["file"]: download / one.string for one in files if one["file"]}
        if not mine and _was_typed(about):
            mine = {"typed.txt": download / files[0].string}
        people.setdefault(login, (said["name"] if said else "", []))[1].append((when, mine))
    for login, (name, all_attempts) in people.items():
        handed_in = [attempt for attempt in all_attempts if attempt[1]]
        yield HandIn(
            Student(
                student=key_of(login),
                platform="blackboard",
                identity=login,
                name=name,
                handed_in=_here(_read_as(handed_in[-1][0], _FILE)) if handed_in else "",
            ),
            as_attempts(handed_in),
        )


def brightspace(download: Path, names: Sequence[str]) -> Iterator[HandIn]:
    """Brightspace's folders or files, all of which have its form; a student is the numbers in front."""
    people: dict[tuple[str, str], dict[datetime, list[re.Match[str]]]] = {}
    for found in filter(None, map(BRIGHTSPACE.fullmatch, names)):
        people.setdefault((found["id"], found["name"]), {}).setdefault(_spoken(found["when"]), []).append(
            found
        )
    for (identity, name), by_moment in people.items():
        moments = sorted(by_moment)
        last = by_moment[moments[-1]][0]
        attempts = [
            (f"{when:{_FILE}}", {one["file"] or "": download / one.string for one in by_moment[when]})
            for when in moments
        ]
        yield HandIn(
            Student(
                student=key_of(identity),
                platform="brightspace",
                identity=identity,
                name=name,
                handed_in=_here(moments[-1]),
                prefix=last.string if not last["file"] else last.string[: last.start("file")],
            ),
            as_attempts(attempts),
        )


def ilias(download: Path, names: Sequence[str], group: str = "") -> Iterator[HandIn]:
    """ILIAS's folders, all of which have its form; a student is the user's number there."""
    for found in filter(None, map(ILIAS.fullmatch, names)):
        files = sorted(path for path in below(download / found.string) if path.is_file())
        handed_in = [(path.relative_to(download / found.string).as_posix(), path) for path in files]
        moments = [m["when"] for name, _ in handed_in if (m := _STAMPED.fullmatch(name))]
        yield HandIn(
            Student(
                student=key_of(found["id"]),
                platform="ilias",
                identity=found["id"],
                name=f"{found['first'].replace('_', ' ')} {found['last']}",
                handed_in=_here(_read_as(max(moments), _STAMP)) if moments else "",
                late=any(_LATE.match(name) for name, _ in handed_in),
                prefix=found.string,
                group=group,
            ),
            as_attempts(_by_times_of_a_name(handed_in)),
        )


def ilias_teams(download: Path, names: Sequence[str]) -> Iterator[HandIn]:
    """The members of ILIAS's teams, each with what lies in their folder."""
    for team in names:
        inside = sorted(path.name for path in (download / team).iterdir() if path.is_dir())
        yield from ilias(download / team, inside, team)


def is_team(folder: Path) -> bool:
    """Whether this is a team's folder of ILIAS, with its members' in it."""
    inside = [path for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []
    return bool(_TEAM.fullmatch(folder.name)) and bool(inside) and all(map(is_member, inside))


def is_member(folder: Path) -> bool:
    """Whether this is one student's folder of ILIAS, and not the whole download, called alike."""
    alike = folder.is_dir() and ILIAS.fullmatch(folder.name)
    below = (*folder.glob("*/"), *folder.glob("*/*/")) if alike else ()
    return bool(alike) and not any(path.is_dir() and ILIAS.fullmatch(path.name) for path in below)


def _by_times_of_a_name(files: Sequence[tuple[str, Path]]) -> list[tuple[str, dict[str, Path]]]:
    """The files as attempts: the later one of a name, by its moment or its number, is of a later attempt."""
    names = {_LATE.sub("", name) for name, _ in files}
    attempts: list[tuple[str, dict[str, Path]]] = [("", {})]
    for when, _, name, path in sorted(_told(name, names, path) for name, path in files):
        if name in attempts[-1][1]:
            attempts.append(("", dict(attempts[-1][1])))  # what was not handed in again still counts
        attempts[-1][1][name] = path
        if when:
            attempts[-1] = (f"{_read_as(when, _STAMP):{_FILE}}", attempts[-1][1])
    return attempts


def _told(name: str, names: set[str], path: Path) -> tuple[str, int, str, Path]:
    """When a file was handed in, for which time, and what the student called it."""
    name = _LATE.sub("", name)
    if stamped := _STAMPED.fullmatch(name):
        return stamped["when"], 1, stamped["file"], path
    again = _AGAIN.fullmatch(name)
    if again and (first := again["stem"] + (again["ending"] or "")) in names:
        return "", int(again["number"]), first, path
    return "", 1, name, path


def _spoken(when: str) -> datetime:
    """`Oct 1, 2026 1200 PM`; what is said otherwise comes first."""
    month, day, year, clock, half = re.sub(r"(?<=\d)(?=[AP]M)", " ", when.replace(",", "")).split()
    return _read_as(f"{month[:3]} {day} {year} {clock:0>4} {half}", "%b %d %Y %I%M %p")


def _read_as(text: str, form: str) -> datetime:
    with suppress(ValueError):
        return datetime.strptime(text, form)
    return datetime.min


def _here(when: datetime) -> str:
    return when.astimezone().isoformat(" ") if when != datetime.min else ""


def _was_typed(about: str) -> bool:
    found = _TYPED.search(about)
    return found is not None and not re.match(r"\s*(There is no student submission text|$)", found["text"])


def _read(path: Path) -> str:
    return path.read_bytes()[:100_000].decode("utf-8-sig", "replace")
