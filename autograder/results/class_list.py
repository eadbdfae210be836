"""Who is in the class: `roster.json` beside hand-ins, `class.json` beside results. Trusted side.

A student is whom the platform means: its own id is their key in all files, and a name is for show. So
nobody's key depends on who else handed in, on the order of a download, or on what somebody is called today.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, TypeAdapter, ValidationError

from autograder.course.layout import CourseError
from autograder.course.whole import written_whole
from autograder.submission.find import student_name

CLASS = "class.json"
Platform = Literal[
    "canvas", "moodle", "gradescope", "nbgrader", "github", "blackboard", "brightspace", "ilias"
]


class Student(BaseModel):
    """One student, as far as the platform or a class list says.

    Attributes:
        student: their key: the folder's name, and that of the files in all outputs.
        identity: what the platform knows them by: a user's, participant's or student's number, or a login.
        name, email: as they are now, for show; empty where nobody says.
        handed_in: when, in the platform's own words; empty where it does not say. late: as it says.
        prefix: what the platform's names of this student's files or folder begin with.
        group: those of one group hand in together.
        due: until when this student has time, where that is not the lab's own date.
        left: not in the class any more, by the class list that was read last.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    student: str
    platform: Platform | None = None
    identity: str = ""
    name: str = ""
    email: str = ""
    handed_in: str = ""
    late: bool = False
    prefix: str = ""
    group: str = ""
    due: AwareDatetime | None = None
    left: bool = False


_STUDENTS = TypeAdapter(tuple[Student, ...])
_OF_A_DOWNLOAD = ("platform", "identity", "handed_in", "late", "prefix")  # a newer one always knows better
_OF_A_LIST = {"name", "email", "group", "due"}


def key_of(identity: str) -> str:
    """The key of whom a platform knows by `identity`; `index` is the class page's."""
    key = student_name(identity)
    return "index-2" if key.casefold() == "index" else key


def read_roster(path: Path) -> tuple[Student, ...]:
    """The students of a roster or of a `class.json`.

    Raises:
        CourseError: there is none, or it is none.
    """
    try:
        students = _STUDENTS.validate_json(path.read_bytes())
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}. autograder intake writes it.") from error
    except ValidationError as error:
        raise CourseError(f"{path} is no roster: {error.errors()[0]['msg']}.") from error
    if odd := next((one for one in students if one.student != key_of(one.student)), None):
        raise CourseError(f"{path} is no roster: {odd.student!r} cannot be the name of a student's file.")
    return students


def write_roster(students: Iterable[Student], path: Path) -> None:
    """Write a roster, whole or not at all."""
    with written_whole(path) as unfinished:
        data = _STUDENTS.dump_json(tuple(students), indent=1, exclude_defaults=True)
        unfinished.write_bytes(data + b"\n")


def class_of(directory: Path) -> tuple[Student, ...]:
    """The class whose results lie in `directory`, as far as it is known; empty where nobody said."""
    path = directory / CLASS
    return read_roster(path) if path.is_file() else ()


def with_download(known: Sequence[Student], seen: Sequence[Student]) -> tuple[Student, ...]:
    """The class after a download: those of `known`, with what is newer in `seen`, and who is new.

    Raises:
        CourseError: it cannot be told who somebody is, or the ids of two platforms come together.
    """
    platforms = {one.platform for one in (*known, *seen) if one.platform}
    if len(platforms) > 1:
        raise CourseError(
            f"These are downloads of {' and '.join(sorted(platforms))}, whose ids mean different people: "
            "grade each into a folder of its own."
        )
    students = {one.student: one for one in known}
    for one, key in keys_in(known, seen, (address,)).items():
        newer = one.model_dump(include={*_OF_A_DOWNLOAD})
        newer |= {name: said for name in ("name", "email") if (said := getattr(one, name))}
        students[key] = students.get(key, one).model_copy(update=newer)
    return _sorted(students)


def with_list(known: Sequence[Student], listed: Sequence[Student]) -> tuple[Student, ...]:
    """The class after a class list, which decides who is in: whoever it lacks has left.

    Raises:
        CourseError: it cannot be told who somebody in the list is.
    """
    students = {one.student: one.model_copy(update={"left": True}) for one in known}
    platforms = {one.platform for one in known if one.platform}
    for one, key in keys_in(known, listed, (address, called)).items():
        said = {name: getattr(one, name) for name in _OF_A_LIST & one.model_fields_set}
        foreign = one.platform and platforms - {one.platform}  # whose ids mean other people here
        new = one.model_copy(update={"platform": None, "identity": ""}) if foreign else one
        before = students.get(key, new)
        said |= {} if before.identity else {"identity": new.identity, "platform": new.platform}
        students[key] = before.model_copy(update=said | {"left": False})
    return _sorted(students)


def by_name_alone(known: Sequence[Student], listed: Sequence[Student]) -> list[tuple[Student, str]]:
    """Those in a list whom nothing but a name ties to somebody in the class, and to whom."""
    there = {other.student: other for other in known}
    return [
        (one, key)
        for one, key in keys_in(known, listed, (address, called)).items()
        if (other := there.get(key)) and _folded(one) != _folded(other)
        if not _shared(one.identity, other.identity) and not _shared(address(one), address(other))
    ]


def keys_in(
    known: Sequence[Student], wanted: Sequence[Student], ways: Sequence[Callable[[Student], str]]
) -> dict[Student, str]:
    """The key in `known` of each of `wanted`; who is new keeps their own.

    An id decides where both sides have one. Only where they have not do the other `ways` (address, name)
    count, and then only if one person alone on each side has it.

    Raises:
        CourseError: several may be meant, or two would become one.
    """
    by_key = _grouped(known, _folded)
    by_identity = _grouped([other for other in known if other.identity], lambda other: other.identity)
    called = [(way, Counter(map(way, wanted)), _grouped(known, way)) for way in ways]
    found: dict[Student, str] = {}
    for one in wanted:
        same = [
            other
            for other in by_key.get(_folded(one), ())
            if None in (one.platform, other.platform) or one.platform == other.platform
        ]
        same = [other for other in by_identity.get(one.identity, ()) if _comparable(one, other)] or same
        for way, count, others in called:
            said = way(one)
            if not same and said and count[said] == 1:
                same = [other for other in others.get(said, ()) if not _comparable(one, other)]
        if len(same) > 1:
            names = ", ".join(other.student for other in same)
            raise CourseError(f"{_shown(one)} may be any of {names}: give the id, and try again.")
        found[one] = same[0].student if same else one.student
    twice = [key for key, count in Counter(found.values()).items() if count > 1]
    if twice:
        names = " and ".join(_shown(one) for one, key in found.items() if key == twice[0])
        raise CourseError(f"{names} would both be {twice[0]}: give each an id of their own, and try again.")
    return found


def names_of(students: Iterable[Student]) -> dict[str, str]:
    """How each student is shown: by name, with the id where several have it; by key where none is known."""
    students = list(students)
    count = Counter(one.name for one in students)
    return {
        one.student: one.student
        if one.name in ("", one.student)
        else one.name
        if count[one.name] == 1
        else f"{one.name} ({one.student})"
        for one in students
    }


def found_in(students: Iterable[Student], keys: Iterable[str], wanted: str) -> str:
    """The key of whom a person means by a key or a name.

    Raises:
        CourseError: nobody is called so, or several are; names who is near.
    """
    keys = list(keys)
    if wanted in keys:
        return wanted
    shown = {key: name for key, name in names_of(students).items() if key in keys}
    named = [one.student for one in students if one.student in shown and one.name == wanted]
    if len(named) == 1:
        return named[0]
    if named:
        raise CourseError(f"{wanted} is the name of several: {', '.join(named)}. Say which by the id.")
    from difflib import get_close_matches

    near = get_close_matches(wanted, [*keys, *shown.values()], 3)
    meant = f" Did you mean {' or '.join(near)}?" if near else ""
    raise CourseError(f"There is no student {wanted!r} here.{meant}")


def _grouped(students: Iterable[Student], way: Callable[[Student], str]) -> dict[str, list[Student]]:
    groups: dict[str, list[Student]] = {}
    for one in students:
        groups.setdefault(way(one), []).append(one)
    return groups


def _shared(one: str, other: str) -> bool:
    return bool(one) and one == other


def _folded(one: Student) -> str:
    return one.student.casefold()


def _comparable(one: Student, other: Student) -> bool:
    """Whether different ids mean different people: not where one is an address that stood in for an id."""
    ids = one.identity, other.identity
    return all(ids) and one.platform in (None, other.platform) and not any("@" in each for each in ids)


def address(one: Student) -> str:
    """The e-mail address, to compare with."""
    return one.email.casefold()


def called(one: Student) -> str:
    """The name, or the key of whom nobody names, to compare with."""
    return student_name(one.name or one.student).casefold()


def _sorted(students: Mapping[str, Student]) -> tuple[Student, ...]:
    return tuple(students[key] for key in sorted(students))


def _shown(one: Student) -> str:
    return f"{one.name} ({one.identity or one.student})" if one.name else one.student
