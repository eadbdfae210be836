"""A lab whose graders and probes are packages: every command knows them as it knows the files."""

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import EXAMPLE, HandIn, Run

_PROBE = """
def doubled(features):
    return features.requires_grad_()
"""
_GRADER = """
from .hints import HINT


@task("1.1")
@probe("class_means")
def test_nothing_is_larger_than_a_thousand(answer, case):
    assert_that(abs(answer["means"]).max() < 1000, HINT)
"""


@pytest.fixture(scope="module")
def packaged(tmp_path_factory: pytest.TempPathFactory, run: Run) -> Path:
    """The example lab, its graders and its probes as packages with modules that need each other."""
    root = tmp_path_factory.mktemp("packaged")
    shutil.copytree(EXAMPLE, root, dirs_exist_ok=True)
    probes = root / "assignments/example/probes"
    probes.mkdir()
    text = (root / "assignments/example/probes.py").read_text()
    (root / "assignments/example/probes.py").unlink()
    (probes / "helpers.py").write_text(_PROBE)
    (probes / "means.py").write_text(
        "from .helpers import doubled\n\n"
        + text.replace('case["features"].requires_grad_()', 'doubled(case["features"])')
    )
    (probes / "__init__.py").write_text("from .means import class_means\n")
    graders = root / "autograder/graders/example"
    graders.mkdir()
    (root / "autograder/graders/test_example.py").rename(graders / "test_means.py")
    (graders / "hints.py").write_text('HINT = "Smaller."\n')
    (graders / "test_sizes.py").write_text(
        "from autograder.judging import assert_that, probe, task\n" + _GRADER
    )
    (graders / "__init__.py").touch()
    built = run(root, "build")
    assert built.returncode == 0, built.stderr
    return root


def test_it_is_verified(packaged: Path, run: Run) -> None:
    done = run(packaged, "verify")
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_is_graded_by_all_its_graders(
    packaged: Path, run: Run, hand_in: HandIn, right: str, tmp_path: Path
) -> None:
    huge = right + "\n\n_right = class_means\ndef class_means(f, l): return _right(f, l) * 0 + 1e6\n"
    room = hand_in(tmp_path / "room", {"ada": right, "ben": huge})
    done = run(packaged, "grade", "example", room, "--out", tmp_path / "graded")
    assert done.returncode == 0, done.stderr
    ada, ben = (json.loads((tmp_path / f"graded/results/{name}.json").read_text()) for name in ("ada", "ben"))
    assert ada["score"] == ada["max_score"]
    assert ben["score"] == 0
    assert "Smaller." in _hints(ben)


def _hints(result: dict[str, Any]) -> list[str]:
    return [test["hint"] for task in result["tasks"] for test in task["tests"]]


def test_its_bundle_has_both_and_checks(packaged: Path, run: Run, tmp_path: Path) -> None:
    assert run(packaged, "release", "example", "--out", tmp_path).returncode == 0
    with zipfile.ZipFile(tmp_path / "example.zip") as bundle:
        names = set(bundle.namelist())
        bundle.extractall(tmp_path)
    for name in ("assignments/example/probes/means.py", "autograder/graders/example/test_sizes.py"):
        assert f"example/{name}" in names
    checked = run(tmp_path / "example", "check", "assignments/example/example.ipynb", "--task", "1.1")
    assert "not implemented" in checked.stdout.lower()


def test_a_student_s_copy_of_the_probes_is_not_their_work(
    packaged: Path, run: Run, hand_in: HandIn, right: str, tmp_path: Path
) -> None:
    room = tmp_path / "room"
    hand_in(room / "ada", {"example": right})
    shutil.copytree(packaged / "assignments/example/probes", room / "ada/probes")
    (room / "ada/probes/means.py").write_text("raise SystemExit")
    done = run(packaged, "grade", "example", room, "--out", tmp_path / "graded")
    assert done.returncode == 0, done.stderr
    ada = json.loads((tmp_path / "graded/results/ada.json").read_text())
    assert ada["score"] == ada["max_score"]
