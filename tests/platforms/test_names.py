"""Names keep their characters from a download to the sheet that goes back, in every platform's form."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.course.layout import CourseError
from autograder.grading.attribution import attributed
from autograder.platforms.class_lists import read_class_list
from autograder.platforms.exports import canvas_grades, moodle_grades, moodle_worksheet
from autograder.platforms.intake import take_in
from autograder.reports.table import grades_csv
from autograder.results.class_list import Student, with_list
from autograder.submission.find import find_submissions
from autograder.submission.policy import Policy
from tests.platforms.test_platforms import download
from tests.reports.fake import RUBRIC, make_result

NAMES = {"4711": "Pat O'Brien, Jr.", "4712": "Jürgen Müller", "4713": "李雷"}


def canvas(root: Path) -> Path:
    names = ("obrienjrpat_LATE_4711", "müllerjürgen_4712", "李雷_4713")
    return download(root, *(f"{name}_99{at}_lab-1.ipynb" for at, name in enumerate(names)))


def moodle(root: Path) -> Path:
    return download(root, *(f"{n}_{i}_assignsubmission_file/lab.ipynb" for i, n in NAMES.items()))


def gradescope(root: Path) -> Path:
    download(root, *(f"submission_{i}/lab.ipynb" for i in NAMES))
    said = {"4713": '"\\u674E\\u96F7"'}
    people = (
        f"submission_{i}:\n  :submitters:\n  - :name: {said.get(i, n)}\n    :sid: '{i}'\n    :email: {i}@x\n"
        for i, n in NAMES.items()
    )
    (root / "submission_metadata.yml").write_text("---\n" + "".join(people))
    return root


def blackboard(root: Path) -> Path:
    for i, name in NAMES.items():
        stem = f"Übung 1_{i}_attempt_2026-10-01-12-00-00"
        download(root, f"{stem}_lab.ipynb")
        (root / f"{stem}.txt").write_text(
            f"Name: {name} ({i})\r\nAssignment: Übung 1\r\n", encoding="utf-8-sig"
        )
    return root


def brightspace(root: Path) -> Path:
    day = "Oct 1, 2026 1200 PM"
    return download(root, *(f"{i}-25 - {name} - {day}/lab.ipynb" for i, name in NAMES.items()))


def ilias(root: Path) -> Path:
    return download(
        root,
        "O'Brien, Jr._Pat_pob_4711/lab.ipynb",
        "Müller_Jürgen_jm_4712/lab.ipynb",
        "李_雷_li_4713/lab.ipynb",
    )


def taken(folder: Path, form: Callable[[Path], Path]) -> dict[str, Student]:
    """The class as grading knows it after a download."""
    take_in(form(folder / "download"), folder / "in")
    found, students = attributed(
        find_submissions([folder / "in"], Policy(assignment="lab")), (), (), folder / "out"
    )
    assert [one.student for one in found] == [one.student for one in students]
    return {one.student.partition("-")[0]: one for one in students}


@pytest.mark.parametrize("form", [moodle, gradescope, blackboard, brightspace])
def test_names_are_as_the_platform_has_them(tmp_path: Path, form: Callable[[Path], Path]) -> None:
    assert {key: one.name for key, one in taken(tmp_path, form).items()} == NAMES


def test_ilias_says_who_is_who_in_parts(tmp_path: Path) -> None:
    names = {key: one.name for key, one in taken(tmp_path, ilias).items()}
    assert names == NAMES | {"4711": "Pat O'Brien, Jr.", "4713": "雷 李"}


LISTS = {
    "canvas": """Student,ID,SIS User ID,SIS Login ID,Section,Lab 1 (77)
,,,,,Manual Posting
    Points Possible,,,,,100
"O'Brien, Pat, Jr.",4711,,pob,A,
"Müller, Jürgen",4712,,jm,A,
李雷,4713,,li,A,
""",
    "moodle": """Identifier,Full name,Email address,Grade,Maximum Grade
Participant 4711,"Pat O'Brien, Jr.",p@x.org,-,100
Participant 4712,Jürgen Müller,j@x.org,-,100
Participant 4713,李雷,l@x.org,-,100
""",
    "gradescope": """Name,SID,Email,Role
"Pat O'Brien, Jr.",4711,p@x.org,Student
Jürgen Müller,4712,j@x.org,Student
李雷,4713,l@x.org,Student
""",
}


@pytest.mark.parametrize("form", [canvas, moodle, gradescope])
def test_a_class_list_and_the_exports_say_the_same_names(
    tmp_path: Path, form: Callable[[Path], Path]
) -> None:
    there = taken(tmp_path, form)
    (tmp_path / "list.csv").write_text(LISTS[form.__name__], encoding="utf-8-sig")
    students = {
        one.student: one
        for one in with_list(list(there.values()), read_class_list(tmp_path / "list.csv"))
        if not one.left
    }
    assert {key: one.name for key, one in students.items()} == NAMES
    results = [make_result(key).model_copy(update={"name": name}) for key, name in NAMES.items()]
    by_id = {row[1]: row[0] for row in read(canvas_grades(results, students, "Lab").text)[2:]}
    assert by_id == NAMES
    full = {row[0]: row[1] for row in read(moodle_grades(results, students).text)[1:]}
    assert full == {f"Participant {key}": name for key, name in NAMES.items()}
    rows = read(grades_csv(results, RUBRIC))
    assert {row[0]: row[1] for row in rows[1:]} == NAMES


def test_moodles_own_worksheet_keeps_what_stands_in_it() -> None:
    head = "Identifier,Full name,Grade,Maximum Grade,Feedback comments\n"
    mine = 'Participant 4711,"Pat O\'Brien, Jr.",-,100,"- see page 2\nor 3\u2028or 4"\n'
    students = {"a": Student(student="a", platform="moodle", identity="4711")}
    sheet = moodle_worksheet(f"\ufeff{head}{mine}", [make_result("a")], students)
    assert read(sheet.text)[1][1::3] == ["Pat O'Brien, Jr.", "- see page 2\nor 3\u2028or 4"]


def test_a_worksheet_without_a_maximum_in_points_is_one_sentence() -> None:
    students = {"a": Student(student="a", platform="moodle", identity="4711")}
    for maximum in ("100,00", "-", ""):
        sheet = f'Identifier,Grade,Maximum Grade\nParticipant 4711,-,"{maximum}"\n'
        with pytest.raises(CourseError, match="Participant 4711 has the maximum grade"):
            moodle_worksheet(sheet, [make_result("a")], students)


def read(table: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(table, newline="")))
