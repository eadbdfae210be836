"""The autograder for Gradescope, laid out and started as Gradescope does; the service was not asked."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict

from autograder.authoring.bundle import grading_needs
from autograder.course.layout import find_course
from autograder.platforms.gradescope import gradescope_results
from autograder.platforms.package import write_gradescope
from tests.conftest import HandIn, Run
from tests.environments import environment_with
from tests.reports.fake import make_result, make_task, make_test


class Test(BaseModel):
    """One test, by Gradescope's documentation."""

    model_config = ConfigDict(extra="forbid")
    __test__ = False

    name: str
    number: str
    output: str
    output_format: str
    visibility: str
    tags: list[str]
    score: float | None = None
    max_score: float | None = None
    status: str | None = None


class Results(BaseModel):
    """`results.json`, by Gradescope's documentation."""

    model_config = ConfigDict(extra="forbid")

    score: float
    output: str
    output_format: str
    visibility: str
    stdout_visibility: str
    tests: list[Test]
    extra_data: dict[str, str]


def test_a_task_is_a_test_and_written_ones_wait_for_a_person() -> None:
    secret = make_test("each class has its own mean", "secret/unequal", message="values differ", hint="Mean.")
    result = make_result(
        "ada",
        make_task("1.1", "pending", 0),
        make_task("2.3"),
        make_task("3.1", "failed", 0, [secret]),
        make_task("3.2", "failed", 0, misconception="axis", hint="Over the classes."),
    )
    found = Results.model_validate(gradescope_results(result))
    written, bonus, means, loss, *_ = found.tests
    assert found.score == result.score
    assert (written.score, written.max_score, written.tags) == (None, None, ["written"])
    assert (bonus.score, bonus.status, bonus.tags) == (10, "passed", ["code", "bonus"])
    assert (means.number, means.score, means.max_score, means.status) == ("3.1", 0, 20, "failed")
    assert means.output == "x  each class has its own mean\n   secret/unequal: values differ\n   Mean."
    assert "a known mistake. Over the classes." in loss.output
    later = Results.model_validate(gradescope_results(result, "after_due_date"))
    assert {later.visibility, *(test.visibility for test in later.tests)} == {"after_due_date"}


@pytest.fixture(scope="module")
def image(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`/autograder` after Gradescope built the image: the zip in `source/`, and `setup.sh` run there.

    Without a network: what it asks pip for is there, and nothing else is.
    """
    root = tmp_path_factory.mktemp("autograder")
    assignment = find_course(course).assignment("example")
    with zipfile.ZipFile(write_gradescope(assignment, root, "after_published")) as archive:
        archive.extractall(root / "source")
    (root / "source/run_autograder").replace(root / "run_autograder")
    environment_with(root / "env", [*grading_needs(assignment, "few_label_labs.whl"), "pip"])
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", root / "source/setup.sh"],
        env=os.environ | {"PATH": path, "PIP_NO_INDEX": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return root


def graded(image: Path, submission: Path) -> "subprocess.CompletedProcess[str]":
    folder = image / "submission"
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    (image / "results/results.json").unlink(missing_ok=True)
    (folder / "my work.ipynb").write_bytes(submission.read_bytes())
    (image / "submission_metadata.json").write_text(json.dumps({"id": 1, "users": [{"name": "Ada"}]}))
    return subprocess.run(["bash", image / "run_autograder"], capture_output=True, text=True, check=False)


def of(image: Path) -> Results:
    return Results.model_validate_json((image / "results/results.json").read_bytes())


def test_gradescope_says_what_our_own_grading_says(
    image: Path, course: Path, run: Run, hand_in: HandIn, right: str, tmp_path: Path
) -> None:
    wrong = right.replace("mean(", "sum(")
    snoop = "import pathlib\nprint(list(pathlib.Path('/').rglob('*.json'))[:1])\nraise SystemExit"
    handed = hand_in(tmp_path / "in", {"ada": right, "ben": wrong, "eve": snoop})
    assert run(course, "grade", "example", handed, "--out", tmp_path / "out").returncode == 0
    for student in ("ada", "ben", "eve"):
        done = graded(image, handed / f"{student}.ipynb")
        assert done.returncode == 0, done.stderr
        ours: dict[str, Any] = json.loads((tmp_path / f"out/results/{student}.json").read_text())
        assert of(image).score == ours["score"]
    assert {of(image).score} == {0.0}


def test_what_cannot_be_read_is_a_zero_with_its_sentence(image: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.ipynb"
    broken.write_text("{")
    assert graded(image, broken).returncode == 0
    assert of(image).score == 0
    assert "is not a notebook: it ends in the middle" in of(image).output


def test_a_fault_of_ours_leaves_no_results(image: Path, hand_in: HandIn, right: str, tmp_path: Path) -> None:
    """Gradescope tells the instructor then; a zero would be the student's loss."""
    handed = hand_in(tmp_path / "in", {"ada": right})
    rubric = image / "source/course/autograder/graders/example.toml"
    kept = rubric.read_text()
    rubric.write_text("no rubric")
    try:
        done = graded(image, handed / "ada.ipynb")
    finally:
        rubric.write_text(kept)
    assert done.returncode == 1
    assert "example.toml is not TOML" in done.stderr
    assert not (image / "results/results.json").exists()
