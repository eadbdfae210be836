"""Blackboard, Brightspace and ILIAS: who handed in, and every attempt, by the names given there."""

from pathlib import Path

import pytest

from autograder.course.layout import CourseError
from autograder.grading.attribution import attributed
from autograder.platforms.intake import take_in
from autograder.submission.find import find_submissions
from autograder.submission.policy import Policy
from tests.platforms.test_platforms import download, taken

BOX = "Lab_1: Images_ada_01_attempt_2026-10-0{}-12-00-00"


def about(
    root: Path, attempt: int, typed: str = "There is no student submission text data for this assignment."
) -> None:
    (root / f"{BOX.format(attempt)}.txt").write_text(
        "Name: Ada Lovelace (ada_01)\nAssignment: Lab_1: Images\nDate Submitted: Thursday\nCurrent Mark: No"
        f"ne\n\nSubmission Field:\n{typed}\n\nComments:\nThere are no student comments for this "
        "assignment.\n\nFiles:\n\tOriginal filename: protonet.ipynb\n"
    )


def test_blackboard_has_a_user_name_and_an_attempt_in_each_name(tmp_path: Path) -> None:
    names = [f"{BOX.format(1)}_protonet.ipynb", f"{BOX.format(2)}_protonet.ipynb", f"{BOX.format(2)}_net.pth"]
    given = download(tmp_path / "x", *names, "Lab_1: Images_ben_attempt_2026-10-01-13-00-00_my_lab.ipynb")
    about(given, 1)
    about(given, 2)
    roster, files = taken(tmp_path, given)
    assert files == {
        "ada_01/attempt 1 2026-10-01-12-00-00/protonet.ipynb",
        "ada_01/attempt 2 2026-10-02-12-00-00/protonet.ipynb",
        "ada_01/attempt 2 2026-10-02-12-00-00/net.pth",
        "ben/my_lab.ipynb",
    }
    assert (roster["ada_01"].platform, roster["ada_01"].name) == ("blackboard", "Ada Lovelace")
    assert roster["ada_01"].handed_in.startswith("2026-10-02 12:00:00")


def test_a_file_on_blackboard_cannot_be_called_another_students_attempt(tmp_path: Path) -> None:
    """Nor an earlier one of one's own: what the platform says comes first in a name."""
    mine = "Lab_1: Images_eve_attempt_2026-10-09-12-00-00_"
    given = download(
        tmp_path / "x",
        "Lab_1: Images_ben_attempt_2026-10-01-13-00-00_lab.ipynb",
        f"{mine}x_ben_attempt_2026-10-02-13-00-00_lab.ipynb",
        f"{mine}x_eve_attempt_2026-10-01-13-00-00_lab.ipynb",
    )
    roster, files = taken(tmp_path, given)
    assert {name for name in files if name.startswith("ben/")} == {"ben/lab.ipynb"}
    assert roster["eve"].handed_in.startswith("2026-10-09")


def test_blackboard_keeps_what_was_typed_and_who_attached_nothing(tmp_path: Path) -> None:
    given = download(tmp_path / "x", "Lab_1: Images_ben_attempt_2026-10-01-13-00-00_lab.ipynb")
    about(given, 1, "My notebook is at this address.")
    roster, files = taken(tmp_path, given)
    assert files == {"ada_01/typed.txt", "ben/lab.ipynb"}
    about(given, 1)
    roster, files = taken(tmp_path / "again", given)
    assert (set(roster), files) == ({"ada_01", "ben"}, {"ben/lab.ipynb"})


@pytest.mark.parametrize("flat", [False, True])
def test_brightspace_has_a_folder_or_a_file_for_each_attempt(tmp_path: Path, flat: bool) -> None:
    between = " - " if flat else "/"
    given = download(
        tmp_path / "x" / "Lab 1 Download",
        f"397063-2557369 - Mary-Ann O'Neil - Oct 1, 2026 1205 PM{between}lab.ipynb",
        f"397063-2557369 - Mary-Ann O'Neil - Oct 10, 2026 926 AM{between}lab.ipynb",
        f"397064-2557369 - Ben - Oct 1, 2026 1200 AM{between}my - lab.ipynb",
        "index.html",
    )
    roster, files = taken(tmp_path, given.parent)
    assert files == {
        "397063-2557369/attempt 1 2026-10-01-12-05-00/lab.ipynb",
        "397063-2557369/attempt 2 2026-10-10-09-26-00/lab.ipynb",
        "397064-2557369/my - lab.ipynb",
    }
    assert roster["397063-2557369"].name == "Mary-Ann O'Neil"
    assert roster["397064-2557369"].handed_in.startswith("2026-10-01 00:00:00")


def test_brightspace_with_one_number_for_two_people_is_refused(tmp_path: Path) -> None:
    day = "Oct 1, 2026 1200 PM/lab.ipynb"
    given = download(tmp_path / "x", f"1-2 - Ada - {day}", f"1-2 - Ben - {day}")
    with pytest.raises(CourseError, match="has 1-2 twice"):
        take_in(given, tmp_path / "in")


def test_ilias_has_login_and_number_in_each_folder(tmp_path: Path) -> None:
    inside = tmp_path / "x" / "multi_feedback_Lab_1_77" / "Abgaben"
    download(
        inside,
        "Lovelace_Ada_ada01_4711/lab.ipynb",
        "Lovelace_Ada_ada01_4711/lab (2).ipynb",
        "Lovelace_Ada_ada01_4711/net.pth",
        "de la Cruz_Maria_Jose_mj_4712/20261001120000_lab.ipynb",
        "de la Cruz_Maria_Jose_mj_4712/20261002120000_lab.ipynb",
        "Neil_Ben_ben_4713/Late Submission - lab (2).ipynb",
    )
    (inside.parent / "Lab 1.xlsx").touch()
    (inside / "Empty_Eve_eve_4714").mkdir()
    roster, files = taken(tmp_path, tmp_path / "x")
    assert files == {
        "4711/attempt 1/lab.ipynb",
        "4711/attempt 1/net.pth",
        "4711/attempt 2/lab.ipynb",
        "4711/attempt 2/net.pth",
        "4712/attempt 1 2026-10-01-12-00-00/lab.ipynb",
        "4712/attempt 2 2026-10-02-12-00-00/lab.ipynb",
        "4713/lab (2).ipynb",  # a browser's number: there is no other one
    }
    assert [roster[key].name for key in ("4711", "4712")] == ["Ada Lovelace", "Maria Jose de la Cruz"]
    assert [key for key, one in roster.items() if one.late] == ["4713"]


def test_teams_of_ilias_are_groups(tmp_path: Path) -> None:
    given = download(
        tmp_path / "x", "Team 12/Lovelace_Ada_ada01_4711/lab.ipynb", "Team 12/Neil_Ben_ben_4712/a.png"
    )
    roster, _ = taken(tmp_path, given)
    assert {one.group for one in roster.values()} == {"Team 12"}


def test_who_handed_in_nothing_is_in_the_class(tmp_path: Path) -> None:
    given = download(tmp_path / "x", "Lovelace_Ada_ada01_4711/lab.ipynb")
    (given / "Empty_Eve_eve_4714").mkdir()
    taken(tmp_path, given)
    found, students = attributed(
        find_submissions([tmp_path / "in"], Policy(assignment="lab")), (), (), tmp_path / "out"
    )
    assert ([one.student for one in found], [one.student for one in students]) == (["4711"], ["4711", "4714"])


def test_a_foreign_file_in_a_download_is_named_and_left_out(tmp_path: Path) -> None:
    given = download(tmp_path / "x", "a_1_11_x.ipynb", "b_2_22_x.ipynb", "submissions.zip")
    told: list[str] = []
    assert len(take_in(given, tmp_path / "in", tell=told.append)) == 2
    assert told == ["Nobody's, so left out: submissions.zip."]
