"""The architecture proves itself: the smallest lab there can be, in a course folder of its own.

No file of the engine knows its name; every command works on it.
"""

import csv
import io
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import autograder

EXAMPLE = Path(__file__).parents[1] / "example_lab"
Run = Callable[..., Any]


def test_no_file_of_the_engine_knows_a_lab(course: Path) -> None:
    labs = [
        "class_means",
        "Prototypes",
        *(p.name for p in (Path(autograder.__file__).parents[1] / "solutions").iterdir()),
    ]
    engine = [p for p in Path(autograder.__file__).parent.rglob("*.py") if "graders" not in p.parts]
    code = {str(p): p.read_text() for p in engine}
    # Docstrings may name a lab as an example; code may not: so names are looked for as string literals.
    assert not [(name, lab) for name, text in code.items() for lab in labs if f'"{lab}"' in text]


def test_build_is_stable_and_check_finds_what_is_stale(course: Path, run: Run) -> None:
    assert run(course, "build", "--check").returncode == 0
    notebook = course / "assignments/example/example.ipynb"
    before = notebook.read_bytes()
    notebook.write_bytes(before + b" ")
    stale = run(course, "build", "--check")
    assert stale.returncode == 1
    assert "stale assignments/example/example.ipynb" in stale.stdout
    assert run(course, "build").returncode == 0
    assert notebook.read_bytes() == before


def test_verify_proves_it(course: Path, run: Run) -> None:
    verified = run(course, "verify", "example")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert (
        "reference 10/10 · stub 0 · wrong 2/2 caught exactly · named 2/2 · accepted 1/1 · repeatable"
        in verified.stdout
    )


def test_mistakes_are_named_in_the_forms_that_are_accepted(course: Path, tmp_path: Path, run: Run) -> None:
    copy = tmp_path / "course"
    shutil.copytree(course, copy)
    (copy / "solutions/example/accepted/by_function.py").write_text(
        '"""A function for the comparison."""\nCHANGES = {"labels == c": "torch.eq(labels, c)"}\n'
    )
    verified = run(copy, "verify", "--forms")
    assert "3 of 3 lost tasks are told by name in all accepted forms" in verified.stdout, verified.stderr


def test_verify_finds_a_wrong_answer_that_says_too_little(course: Path, tmp_path: Path, run: Run) -> None:
    copy = tmp_path / "course"
    shutil.copytree(course, copy)
    (copy / "solutions/example/wrong/harmless.py").write_text(
        '"""Nothing is wrong here."""\nLOSES = {"1.1"}\n'
    )
    verified = run(copy, "verify")
    assert verified.returncode == 1
    assert "wrong/harmless: should lose 1.1 but does not" in verified.stdout


def test_grade_gives_what_is_deserved(course: Path, tmp_path: Path, run: Run) -> None:
    handed_in = tmp_path / "submissions"
    handed_in.mkdir()
    stub = json.loads((course / "assignments/example/example.ipynb").read_text())
    right = (EXAMPLE / "solutions/example/accepted/loop.py").read_text()
    wrong = (EXAMPLE / "solutions/example/wrong/one_mean_for_all.py").read_text()
    for student, source in {"stub": "", "right": right, "wrong": wrong}.items():
        notebook = json.loads(json.dumps(stub))
        cell = {"cell_type": "code", "id": "own", "metadata": {}, "outputs": [], "execution_count": None}
        notebook["cells"].append(cell | {"source": source})
        (handed_in / f"{student}.ipynb").write_text(json.dumps(notebook))
    (handed_in / "broken.ipynb").write_text("{")

    graded = run(course, "grade", "example", handed_in, "--out", tmp_path / "graded")
    assert graded.returncode == 0, graded.stdout + graded.stderr
    rows = {
        row["student"]: row
        for row in csv.DictReader(io.StringIO((tmp_path / "graded/grades.csv").read_text("utf-8-sig")))
    }
    assert {name: float(row["score"]) for name, row in rows.items()} == {
        "broken": 0,
        "right": 10,
        "stub": 0,
        "wrong": 0,
    }
    result = json.loads((tmp_path / "graded/results/wrong.json").read_text())
    assert result["tasks"][0]["misconception"] == "one_mean_for_all"
    assert (
        json.loads((tmp_path / "graded/results/stub.json").read_text())["tasks"][0]["status"]
        == "not_implemented"
    )
    assert (tmp_path / "graded/report/index.html").exists()

    before = {p.name: p.read_bytes() for p in (tmp_path / "graded/results").iterdir()}
    again = run(course, "grade", "example", handed_in, "--out", tmp_path / "graded")
    assert "graded 1, reused 3" in again.stdout
    judged = run(course, "judge", tmp_path / "graded")
    assert judged.returncode == 0, judged.stderr
    assert {p.name: p.read_bytes() for p in (tmp_path / "graded/results").iterdir()} == before


def test_points_of_an_earlier_hand_in_do_not_come_back(course: Path, tmp_path: Path, run: Run) -> None:
    notebook = json.loads((course / "assignments/example/example.ipynb").read_text())
    right = (EXAMPLE / "solutions/example/accepted/loop.py").read_text()
    cell = {"cell_type": "code", "id": "own", "metadata": {}, "outputs": [], "execution_count": None}
    notebook["cells"].append(cell | {"source": right})
    handed_in = tmp_path / "ann.ipynb"
    handed_in.write_text(json.dumps(notebook))
    run(course, "grade", "example", handed_in, "--out", tmp_path / "graded")
    result = tmp_path / "graded/results/ann.json"
    assert json.loads(result.read_text())["score"] == 10
    handed_in.write_text("{")
    run(course, "grade", "example", handed_in, "--out", tmp_path / "graded")
    run(course, "judge", tmp_path / "graded")
    assert json.loads(result.read_text())["score"] == 0


def test_check_tells_a_student_what_is_wrong(course: Path, tmp_path: Path, run: Run) -> None:
    stub = course / "assignments/example/example.ipynb"
    checked = run(course, "check", stub)
    assert checked.returncode == 0, checked.stderr
    assert "not implemented yet" in checked.stdout
    assert "Secret cases decide" in checked.stdout
    assert run(course, "check", stub, "--strict").returncode == 1
    (tmp_path / "mine.py").write_text((EXAMPLE / "solutions/example/wrong/one_mean_for_all.py").read_text())
    checked = run(course, "check", tmp_path / "mine.py", "--assignment", "example", "--task", "1.1")
    assert "This is what one gets when" in checked.stdout


def test_release_holds_no_solution_and_no_secret(course: Path, tmp_path: Path, run: Run) -> None:
    released = run(course, "release", "example", "--out", tmp_path)
    assert released.returncode == 0, released.stderr
    with zipfile.ZipFile(tmp_path / "example.zip") as archive:
        names = archive.namelist()
        archive.extractall(tmp_path / "student")
    assert "example/assignments/example/example.ipynb" in names
    assert not [name for name in names if "solutions" in name or "secret/" in name]
    # The bundle is a course: the student's own check works in it.
    checked = run(tmp_path / "student/example", "check", "assignments/example/example.ipynb")
    assert "sample cases: 0 of" in checked.stdout, checked.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("grade", "nothing", "x", "--out", "y"), "There is no assignment 'nothing'"),
        (("check", "nowhere.ipynb"), "There is no file nowhere.ipynb"),
        (("judge", "nowhere"), "has no results"),
        (("grade", "example", "nowhere.ipynb", "--out", "graded"), "nowhere.ipynb"),
    ],
)
def test_bad_usage_is_one_sentence(course: Path, arguments: tuple[str, ...], told: str, run: Run) -> None:
    stopped = run(course, *arguments)
    assert stopped.returncode == 2
    assert told in stopped.stderr
    assert "Traceback" not in stopped.stderr
