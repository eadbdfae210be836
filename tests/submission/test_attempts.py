"""Of several attempts one counts, whatever their folders and files are called, and a sentence says which."""

import json
from pathlib import Path

import pytest

from autograder.submission.attempts import attempts_in
from autograder.submission.find import Found, find_submissions, read_documents, read_submission
from autograder.submission.policy import Policy
from tests.submission.test_find import folder, zipped

POLICY = Policy(assignment="x")


def notebook(number: int) -> bytes:
    return json.dumps({"cells": [{"cell_type": "code", "source": f"x = {number}"}]}).encode()


@pytest.mark.parametrize(
    ("names", "attempts"),
    [
        (["attempt 1/x.ipynb", "attempt 2/x.ipynb", "attempt 10/x.ipynb"], 3),
        (["1/x.ipynb", "2/x.ipynb", "10/x.ipynb"], 3),
        (["2026-10-01-12-00-00/x.ipynb", "2026-10-02-09-00-00/x.ipynb"], 2),
        (["Versuch_1.ipynb", "Versuch_2.ipynb"], 2),
        (["x_v1.ipynb", "x_v2.ipynb"], 2),
        (
            [
                "Lab 1_ada_attempt_2026-10-01-12-00-00_x.ipynb",
                "Lab 1_ada_attempt_2026-10-02-12-00-00_x.ipynb",
            ],
            2,
        ),
        (["20261001T120000Z/x.py", "20261002T120000Z/x.py"], 2),
        (["all/attempt 1/x.ipynb", "all/attempt 2/x.ipynb"], 2),
        (["x.ipynb", "x_v2.ipynb"], 0),  # one of them says nothing
        (["attempt 1/x.ipynb"], 0),
        (["2026-10-01/x.ipynb", "attempt 2/x.ipynb"], 0),  # which one is later?
        (["x.ipynb", "net-1.pth", "net-2.pth"], 0),
        (["13-45/x.ipynb", "20269999/x.ipynb"], 0),
    ],
)
def test_attempts_are_told_apart_by_number_or_moment(names: list[str], attempts: int) -> None:
    found = attempts_in({name: notebook(number) for number, name in enumerate(names)})
    assert len(found) == attempts
    assert [list(one.files.values()) for one in found] == [[notebook(n)] for n in range(attempts)]


def test_the_last_attempt_counts_and_a_sentence_says_so(tmp_path: Path) -> None:
    class_ = folder(
        tmp_path / "class",
        {
            "ada/attempt 2026-10-01-12-00-00/x.ipynb": notebook(1),
            "ada/attempt 2026-10-02-12-00-00/x.ipynb": notebook(2),
            "ada/attempt 2026-10-02-12-00-00/net.pth": b"2",
            "ben/x.ipynb": notebook(3),
        },
    )
    ada, ben = (read_submission(one, POLICY, ()) for one in find_submissions([class_], POLICY))
    assert [cell.source for cell in ada.cells] == ["x = 2"]
    assert ada.files == {"net.pth": b"2"}
    assert ada.form.notes == (
        "2 attempts were handed in, and the last counts: number 2, of 2026-10-02 12:00.",
    )
    assert ben.form.notes == ()


def test_an_attempt_that_a_rule_chose_counts_and_is_the_one_handed_back(tmp_path: Path) -> None:
    path = folder(tmp_path / "ada", {"attempt 1/x.ipynb": notebook(1), "attempt 2/x.ipynb": notebook(2)})
    first = read_submission(Found(path, "ada", "attempt 1"), POLICY, ())
    assert [cell.source for cell in first.cells] == ["x = 1"]
    assert "the best counts: number 1." in first.form.notes[0]
    assert list(read_documents(path, first.sha256, POLICY, ())[0].values()) == [notebook(1)]
    assert first.sha256 != read_submission(path, POLICY, ()).sha256


def test_attempts_in_zips_and_side_by_side_in_a_class_are_one_students(tmp_path: Path) -> None:
    files = {f"attempt_{n}.zip": zipped({"x.ipynb": notebook(n), "net.pth": b"w"}) for n in (1, 2)}
    ada = read_submission(folder(tmp_path / "ada", files), POLICY, ())
    assert ([cell.source for cell in ada.cells], set(ada.files)) == (["x = 2"], {"net.pth"})
    class_ = {f"ben_attempt_{n}.ipynb": notebook(n) for n in (1, 2)} | {"chiara.ipynb": notebook(3)}
    found = find_submissions([folder(tmp_path / "class", class_)], POLICY)
    assert [one.student for one in found] == ["ben", "chiara"]
    assert [cell.source for cell in read_submission(found[0], POLICY, ()).cells] == ["x = 2"]


def test_a_folder_of_attempts_alone_is_one_student(tmp_path: Path) -> None:
    path = folder(tmp_path / "ada", {"attempt 1/x.ipynb": notebook(1), "attempt 2/x.ipynb": notebook(2)})
    assert [one.student for one in find_submissions([path], POLICY)] == ["ada"]
    ids = folder(tmp_path / "ids", {"20261001/x.ipynb": notebook(1), "20261002/x.ipynb": notebook(2)})
    assert len(find_submissions([ids], POLICY)) == 2  # students' numbers may look like days


def test_weights_of_one_name_are_told_apart(tmp_path: Path) -> None:
    path = folder(
        tmp_path / "ada",
        {"x.ipynb": notebook(1), "b/net.pth": b"b", "a/net.pth": b"a", "c/net (1).pth": b"a"},
    )
    note = "Of several weights of one name, `a/net.pth` is opened, and not `b/net.pth` and `c/net (1).pth`."
    assert read_submission(path, POLICY, ()).form.notes == (note,)
    same = folder(tmp_path / "ben", {"x.ipynb": notebook(1), "b/net.pth": b"b", "a/net.pth": b"b"})
    assert read_submission(same, POLICY, ()).form.notes == ()


def test_of_very_many_attempts_the_last_ones_are_looked_at() -> None:
    found = attempts_in({f"attempt {number}/x.ipynb": b"" for number in range(1, 501)})
    assert [one.number for one in found] == list(range(481, 501))
    assert found[-1].counts("last") == "500 attempts were handed in, and the last counts: number 500."
