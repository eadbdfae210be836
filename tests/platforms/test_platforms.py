"""What platforms give and take, in the forms of their documentation. None of them was asked."""

import csv
import io
import os
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.course.layout import CourseError
from autograder.platforms.exports import canvas_grades, feedback_zip, moodle_grades
from autograder.platforms.intake import take_in
from autograder.reports.summary import points
from autograder.results.class_list import Student, read_roster, write_roster
from autograder.submission.find import find_submissions
from autograder.submission.policy import Policy
from tests.reports.fake import RUBRIC, make_result, make_task

NOTEBOOK = b'{"cells": [{"cell_type": "code", "source": "x = 1"}]}'


def download(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(NOTEBOOK)
    return root


def taken(tmp_path: Path, given: Path, assignment: str = "") -> tuple[dict[str, Student], set[str]]:
    """The roster by student, and the files that were copied."""
    out = tmp_path / "in"
    entries = take_in(given, out, assignment)
    assert list(read_roster(out / "roster.json")) == entries
    files = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    return {entry.student: entry for entry in entries}, files - {"roster.json"}


def test_canvas_puts_a_students_files_together(tmp_path: Path) -> None:
    given = download(
        tmp_path / "submissions",
        "lovelaceada_4711_99123_protonet-1.ipynb",
        "lovelaceada_4711_99124_protonet-trained.pth",
        "hopperben_LATE_4712_99200_my_own_name.ipynb",
        "hopperben_4713_99201_protonet.ipynb",
    )
    roster, files = taken(tmp_path, given)
    names = {name.partition("/")[2]: name.partition("/")[0] for name in files}
    assert names["protonet-trained.pth"] == "4711"
    assert "4711/protonet.ipynb" in files
    assert {entry.identity: entry.late for entry in roster.values()} == {
        "4711": False,
        "4712": True,
        "4713": False,
    }
    assert [roster[key].name for key in ("4711", "4712", "4713")] == ["lovelaceada", "hopperben", "hopperben"]
    late = next(entry for entry in roster.values() if entry.late)
    assert f"{late.student}/my_own_name.ipynb" in files


@pytest.mark.parametrize(
    ("handed_in", "found"),
    [
        (["metric-embedding-without-0.pth"], {"metric-embedding-without-0.pth"}),  # the student's own number
        (["metric-embedding-without-0-12.pth"], {"metric-embedding-without-0.pth"}),
        (["net-1.pth", "net-2.pth"], {"net-1.pth", "net-2.pth"}),
        (["net.pth", "net-1.pth"], {"net.pth", "net-1.pth"}),
        (["protonet-3.ipynb", "net-1.pth"], {"protonet.ipynb", "net.pth"}),
        (["lab_3_4_final.ipynb"], {"lab_3_4_final.ipynb"}),
    ],
)
def test_canvas_numbers_come_off_and_students_numbers_stay(
    tmp_path: Path, handed_in: list[str], found: set[str]
) -> None:
    given = download(tmp_path / "x", *(f"ada_47_{at}_{name}" for at, name in enumerate(handed_in)))
    _, files = taken(tmp_path, given)
    assert files == {f"47/{name}" for name in found}


def test_canvas_with_odd_names_and_with_hidden_ones(tmp_path: Path) -> None:
    given = download(
        tmp_path / "x",
        "de_la_cruzmaria_4711_99123_protonet.ipynb",
        "李雷_LATE_4712_99124_作业.ipynb",
        "oneilben_4713_text.html",
        "anon_a1B2c_99125_protonet.ipynb",
        "anon_a1B2c_99126_net.pth",
        "LATE_anon_99Xyz_99127_protonet.ipynb",
    )
    roster, files = taken(tmp_path, given)
    assert files == {
        "4711/protonet.ipynb",
        "4712/作业.ipynb",
        "4713/text.html",
        "anon_a1B2c/protonet.ipynb",
        "anon_a1B2c/net.pth",
        "anon_99Xyz/protonet.ipynb",
    }
    assert {entry.student for entry in roster.values() if entry.late} == {"4712", "anon_99Xyz"}
    assert roster["4712"].prefix == "李雷_LATE_4712_99124_"
    assert roster["anon_a1B2c"].prefix == "anon_a1B2c_99125_"


def test_moodle_has_a_folder_for_each(tmp_path: Path) -> None:
    given = download(
        tmp_path / "x",
        "Ada Lovelace_4711_assignsubmission_file_/protonet.ipynb",
        "Ada Lovelace_4712_assignsubmission_file_/sub/protonet.ipynb",
        "Ben O_Neil_4713_assignsubmission_file/protonet.ipynb",
    )
    roster, files = taken(tmp_path, given)
    assert files == {
        "4711/protonet.ipynb",
        "4712/sub/protonet.ipynb",
        "4713/protonet.ipynb",
    }
    assert roster["4711"].name == roster["4712"].name == "Ada Lovelace"


def test_moodle_with_typed_text_hidden_names_and_without_folders(tmp_path: Path) -> None:
    given = download(
        tmp_path / "folders",
        "Zoë Ångström_4711_assignsubmission_file/protonet.ipynb",
        "Zoë Ångström_4711_assignsubmission_onlinetext/onlinetext.html",
        "Participant_12_assignsubmission_file_/protonet.ipynb",
        "Participant_13_assignsubmission_file_/protonet.ipynb",
    )
    roster, files = taken(tmp_path, given)
    assert files == {
        "4711/protonet.ipynb",
        "4711/onlinetext/onlinetext.html",
        "12/protonet.ipynb",
        "13/protonet.ipynb",
    }
    assert roster["4711"].prefix == "Zoë Ångström_4711_assignsubmission_file"

    flat = download(
        tmp_path / "flat",
        "Ada Lovelace_4711_assignsubmission_file_protonet.ipynb",
        "Ada Lovelace_4711_assignsubmission_file_my_net.pth",
        "Ben_4712_assignsubmission_onlinetext_onlinetext.html",
    )
    roster, files = taken(tmp_path / "again", flat)
    assert files == {"4711/protonet.ipynb", "4711/my_net.pth", "4712/onlinetext.html"}
    assert roster["4711"].prefix == "Ada Lovelace_4711_assignsubmission_file_"


def test_a_file_on_moodle_cannot_be_called_another_students(tmp_path: Path) -> None:
    flat = download(
        tmp_path / "flat",
        "Ada Lovelace_4711_assignsubmission_file_protonet.ipynb",
        "Eve_4713_assignsubmission_file_Ada Lovelace_4711_assignsubmission_file_protonet.ipynb",
    )
    roster, files = taken(tmp_path, flat)
    stolen = "4713/Ada Lovelace_4711_assignsubmission_file_protonet.ipynb"
    assert (files, roster["4713"].name) == ({"4711/protonet.ipynb", stolen}, "Eve")


def test_gradescope_says_who_and_when(tmp_path: Path) -> None:
    given = download(tmp_path / "x", "submission_31/protonet.ipynb", "submission_32/protonet.ipynb")
    (given / "submission_metadata.yml").write_text(
        "submission_31:\n  :submitters:\n"
        "  - :name: Ada Lovelace\n    :sid: '007'\n    :email: ada@example.org\n"
        "  :created_at: 2026-10-01 12:00:00.5 Z\n"
        "submission_32:\n  :submitters:\n  - :name: Ben\n    :sid:\n    :email: ben@example.org\n"
    )
    roster, files = taken(tmp_path, given)
    assert files == {"007/protonet.ipynb", "ben@example.org/protonet.ipynb"}
    assert roster["007"].name == "Ada Lovelace"
    assert roster["007"].handed_in.startswith("2026-10-01 12:00:00")
    assert roster["ben@example.org"].identity == "ben@example.org"


def test_what_a_group_handed_in_on_gradescope_is_everybodys(tmp_path: Path) -> None:
    given = download(tmp_path / "x", "submission_31/protonet.ipynb", "submission_32/protonet.ipynb")
    (given / "submission_metadata.yml").write_text(
        "submission_31:\n  :submitters:\n"
        "  - :name: Ada\n    :sid: '1'\n  - :name: Ben\n    :sid: '2'\n"
        "submission_32:\n  :submitters: []\n"
    )
    roster, files = taken(tmp_path, given)
    assert files == {"1/protonet.ipynb", "2/protonet.ipynb", "submission_32/protonet.ipynb"}
    assert roster["2"].name == "Ben"


@pytest.mark.parametrize("text", ["- a list", "submission_31: text", "submission_31: {}", "{", "\x00"])
def test_broken_metadata_is_one_sentence(tmp_path: Path, text: str) -> None:
    given = download(tmp_path / "x", "submission_31/protonet.ipynb")
    (given / "submission_metadata.yml").write_text(text)
    with pytest.raises(CourseError, match="is not what Gradescope writes"):
        take_in(given, tmp_path / "in")


def test_nbgrader_has_assignments_and_times(tmp_path: Path) -> None:
    given = download(
        tmp_path / "submitted",
        "ada/protonet/protonet.ipynb",
        "ada/byol/byol.ipynb",
        "ben/protonet/protonet.ipynb",
    )
    (given / "ada/protonet/timestamp.txt").write_text("2026-10-01 12:00:00 UTC\n")
    with pytest.raises(CourseError, match=r"several assignments \(byol, protonet\)"):
        take_in(given, tmp_path / "in")
    roster, files = taken(tmp_path, given, "protonet")
    assert files == {"ada/protonet.ipynb", "ben/protonet.ipynb"}
    assert roster["ada"].handed_in == "2026-10-01 12:00:00 UTC"


def test_a_timestamp_that_is_a_link_says_nothing(tmp_path: Path) -> None:
    given = download(tmp_path / "submitted", "ada/lab/protonet.ipynb")
    (tmp_path / "elsewhere").write_text("2026-10-01 12:00:00")
    (given / "ada/lab/timestamp.txt").symlink_to(tmp_path / "elsewhere")
    roster, _ = taken(tmp_path, given)
    assert roster["ada"].handed_in == ""


def test_clones_of_github_classroom_lose_what_they_are_said_to_share(tmp_path: Path) -> None:
    given = download(tmp_path / "x", "proto-net-ada/protonet.ipynb", "proto-net-ben-2/protonet.ipynb")
    for clone in given.iterdir():
        download(clone, ".git/config")
    roster, files = taken(tmp_path, given, "proto-net")
    assert files == {"ada/protonet.ipynb", "ben-2/protonet.ipynb"}
    assert roster["ben-2"].identity == "ben-2"


def test_what_was_taken_in_is_found_by_grading(tmp_path: Path) -> None:
    given = download(tmp_path / "x", "a_1_2_protonet.ipynb", "b_3_4_protonet.ipynb")
    take_in(given, tmp_path / "in")
    found = find_submissions([tmp_path / "in"], Policy(assignment="protonet"))
    assert [one.student for one in found] == ["1", "3"]  # the roster is nobody's work


def test_a_link_is_never_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    given = download(tmp_path / "x", "Ada_1_assignsubmission_file_/protonet.ipynb")
    os.symlink(secret, given / "Ada_1_assignsubmission_file_/answers.py")
    take_in(given, tmp_path / "in")
    assert (tmp_path / "in/1/answers.py").is_symlink()  # and grading refuses it


def test_other_folders_and_full_ones_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="looks like no download"):
        take_in(download(tmp_path / "x", "ada.ipynb", "ben.ipynb"), tmp_path / "in")
    with pytest.raises(CourseError, match="is no folder: unpack"):
        take_in(tmp_path / "nowhere.zip", tmp_path / "in")
    given = download(tmp_path / "y", "a_1_2_protonet.ipynb")
    with pytest.raises(CourseError, match="is not empty"):
        take_in(given, tmp_path / "x")


ADA = Student(
    student="ada", platform="canvas", identity="4711", name="lovelaceada", prefix="lovelaceada_4711_99_"
)


def rows(table: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(table)))


def test_canvas_takes_a_row_of_possible_points_and_one_for_each_student() -> None:
    results = [make_result("ada", make_task("3.1"), make_task("3.2", "failed")), make_result("zoe")]
    header, possible, ada = rows(
        canvas_grades(results, {"ada": ADA}, RUBRIC.title).text
    )  # zoe is in no roster
    assert header == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", RUBRIC.title]
    assert possible[0].strip() == "Points Possible"
    assert ada == ["lovelaceada", "4711", "", "", "", points(results[0].score)]


def test_moodle_takes_participants_by_number() -> None:
    entry = ADA.model_copy(update={"platform": "moodle", "name": "=1+1", "email": "ada@example.org"})
    result = make_result("ada", make_task("3.1"))
    header, ada = rows(moodle_grades([result], {"ada": entry}).text)
    assert ada[header.index("Identifier")] == "Participant 4711"
    assert ada[header.index("Grade")] == points(result.score)
    assert ada[header.index("Full name")] == "'=1+1"
    # The columns without which Moodle's `assignfeedback_offline` refuses the file.
    assert {"Identifier", "Grade", "Last modified (grade)"} <= set(header)
    assert len(header) == len(ada)


def test_feedback_goes_back_under_the_platforms_own_names(tmp_path: Path) -> None:
    page = tmp_path / "ada.html"
    page.write_text("well done")
    moodle = ADA.model_copy(update={"platform": "moodle", "prefix": "Ada_4711_assignsubmission_file_"})
    for entry, name in (
        (ADA, "lovelaceada_4711_99_feedback.html"),
        (moodle, "Ada_4711_assignsubmission_file_/feedback.html"),
    ):
        packed = feedback_zip({"ada": page, "zoe": page}, {"ada": entry})
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            assert archive.namelist() == [name]
            assert archive.read(name) == b"well done"


def test_a_roster_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="autograder intake writes it"):
        read_roster(tmp_path / "roster.json")
    (tmp_path / "roster.json").write_text('[{"student": 1}]')
    with pytest.raises(CourseError, match="is no roster"):
        read_roster(tmp_path / "roster.json")


def test_the_command_says_how_to_go_on(tmp_path: Path) -> None:
    given = download(tmp_path / "x", "a_LATE_1_2_protonet.ipynb", "b_3_4_protonet.ipynb")
    done = CliRunner().invoke(app, ["intake", str(given), "--out", str(tmp_path / "in")])
    assert "2 students from canvas, 1 late" in done.output
    assert "autograder grade NAME" in done.output


def graded_ada(folder: Path) -> None:
    """Ada in the roster, and her result in `folder/graded`."""
    write_roster([ADA], folder / "roster.json")
    results = folder / "graded/results"
    results.mkdir(parents=True)
    (results / "ada.json").write_text(make_result("ada").model_dump_json())


def test_another_platforms_numbers_are_refused(tmp_path: Path) -> None:
    graded_ada(tmp_path)
    command = ["export", "moodle", str(tmp_path / "graded"), "--roster", str(tmp_path / "roster.json")]
    done = CliRunner().invoke(app, command)
    assert isinstance(done.exception, CourseError)
    assert "taken in from canvas" in str(done.exception)


def test_totals_that_await_a_person_are_said_to(tmp_path: Path) -> None:
    graded_ada(tmp_path)
    command = ["export", "canvas", str(tmp_path / "graded"), "--roster", str(tmp_path / "roster.json")]
    done = CliRunner().invoke(app, ["--course", str(Path(__file__).parents[2]), *command])
    assert "These totals are not whole: 1.1" in done.output, done.output
