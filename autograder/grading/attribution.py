"""Whose hand-in is whose: folders and files on disk become those of students in the class. Trusted side."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from autograder.course.layout import CourseError
from autograder.grading.provenance import read_made
from autograder.results.class_list import (
    Student,
    address,
    called,
    keys_in,
    read_roster,
    with_download,
    with_list,
)
from autograder.submission.find import ROSTER, Found, student_name
from autograder.submission.together import stem_of


def attributed(
    found: Sequence[Found], known: Sequence[Student], listed: Sequence[Student], out: Path
) -> tuple[list[Found], tuple[Student, ...]]:
    """The hand-ins under the keys of their students, a group's for each member, and the class with them.

    Args:
        known: the class as it was. listed: a class list that is new; empty where there is none.
        out: the folder with its results.

    Raises:
        CourseError: two hand-ins would be one student's, or it cannot be told whose one is.
    """
    rosters = _rosters(found)
    named = [(one.path.absolute().parent, _name(one)) for one in found]
    seen = [rosters.get(where, Student(student=where[1])) for where in named]
    taken_in = [one for one in seen if one.platform]
    by_hand = [one for one in seen if not one.platform]
    _insist_on_one_each(found, [one.student for one in seen])
    # Beside a download, which names folders by ids, a folder with a person's name may be anybody's.
    ways = () if any(one.prefix for one in (*known, *taken_in)) else (called,)
    keys = keys_in(known, taken_in, (address,)) | keys_in(known, by_hand, ways)
    students = with_download(known, [*taken_in, *_without_work(rosters, known)])
    if listed:
        there = {one.student for one in students}
        students = with_list([*students, *(one for one in by_hand if keys[one] not in there)], listed)
    mine = [Found(one.path, keys[student]) for one, student in zip(found, seen, strict=True)]
    _insist_on_one_each(mine, [one.student for one in mine])
    return [*mine, *_for_groups(mine, students, out)], students


def _rosters(found: Sequence[Found]) -> dict[tuple[Path, str], Student]:
    """Who the rosters beside hand-ins say they are, by folder and key."""
    folders = dict.fromkeys(one.path.absolute().parent for one in found)
    return {
        (folder, one.student): one
        for folder in folders
        if (folder / ROSTER).is_file()
        for one in read_roster(folder / ROSTER)
    }


def _without_work(rosters: Mapping[tuple[Path, str], Student], known: Sequence[Student]) -> list[Student]:
    """Who is in a roster for the first time and has nothing beside it."""
    there = {one.student for one in known}
    return [
        one
        for (folder, key), one in rosters.items()
        if key not in there and not (folder / key).exists() and one.platform
    ]


def _insist_on_one_each(found: Sequence[Found], keys: Sequence[str]) -> None:
    first: dict[str, Path] = {}
    for one, key in zip(found, keys, strict=True):
        if other := first.get(key.casefold()):
            raise CourseError(
                f"{other} and {one.path} would both be {key}'s: keep one of them, or name them apart."
            )
        first[key.casefold()] = one.path


def _name(one: Found) -> str:
    """The student's name without the number that a second one of that name has got."""
    bare = re.sub(r"-\d+$", "", one.student)
    path = one.path.absolute()
    own = student_name(path.name if path.is_dir() else stem_of(path.name)).casefold()
    return bare if bare.casefold() == own != "index" else one.student


def _for_groups(found: Sequence[Found], students: Sequence[Student], out: Path) -> Iterator[Found]:
    """What a group's member handed in, for each other member who has nothing of their own."""
    by_key = {one.student: one for one in found}
    groups: dict[str, list[str]] = {}
    for student in students:
        if student.group and not student.left:
            groups.setdefault(student.group, []).append(student.student)
    for group, members in groups.items():
        handed_in = [by_key[key] for key in members if key in by_key]
        without = [key for key in members if key not in by_key and not _has_own(out, key)]
        if len(handed_in) > 1 and without:
            names = " and ".join(one.student for one in handed_in)
            raise CourseError(
                f"In group {group}, {names} handed in: whose is {without[0]}'s? Keep one of them."
            )
        yield from (Found(one.path, key) for one in handed_in for key in without)


def _has_own(out: Path, key: str) -> bool:
    """Whether the student's result is of a hand-in that bears their own name."""
    made = read_made(out, key)
    return made is not None and student_name(stem_of(Path(made.path).name)) == key
