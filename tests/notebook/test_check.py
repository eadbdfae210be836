"""The check cell, on a live namespace: what it shows, and that it leaves the notebook as it was."""

import random
import shutil
from pathlib import Path

import pytest
import torch

from autograder.authoring.build import planned
from autograder.course.layout import Assignment, CourseError
from autograder.grading.expectations_file import grader_tasks, record_expectations
from autograder.lab.lab import read_lab
from autograder.notebook.check import check

EXAMPLE = Path(__file__).parents[1] / "example_lab"
RIGHT = """
import torch

def class_means(features, labels):
    return torch.stack([features[labels == c].mean(0) for c in labels.unique()])
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("course")
    shutil.copytree(EXAMPLE, root, dirs_exist_ok=True)
    assignment = Assignment(root, "example")
    for path, text in planned(assignment, grader_tasks(assignment)).items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    record_expectations(assignment).write(assignment.expectations)
    return root


def namespace(source: str) -> dict[str, object]:
    names: dict[str, object] = {}
    exec(source, names)
    return names


def test_a_right_answer_passes_and_is_told_that_secret_cases_decide(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    check("example", "1.1", namespace(RIGHT), course)
    shown = capsys.readouterr().out
    assert "sample cases: 2 of 2 checks" in shown
    assert "Secret cases decide" in shown


def test_a_known_mistake_is_named(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = (EXAMPLE / "solutions/example/wrong/one_mean_for_all.py").read_text()
    check("example", "1.1", namespace(wrong), course)
    assert "This is what one gets when: All rows are the mean of the whole batch." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("def class_means(f, l):\n    raise NotImplementedError('TODO 1.1')", "not implemented yet"),
        ("def class_means(f, l):\n    raise ValueError('three rows')", "ValueError: three rows"),
        ("def class_means(f, l):\n    return f", "expected shape"),
        ("def class_means(f, l):\n    return 'means'", "AttributeError"),
        ("", "class_means"),
        ("def class_means(f, l):\n    raise SystemExit", "SystemExit"),
    ],
)
def test_every_failure_is_told_without_a_traceback(
    course: Path, capsys: pytest.CaptureFixture[str], source: str, told: str
) -> None:
    check("example", "1.1", namespace(source), course)
    shown = capsys.readouterr().out
    assert told in shown
    assert "Traceback" not in shown


def test_the_notebooks_generators_and_dtype_stay_as_they_were(course: Path) -> None:
    meddling = RIGHT + "torch.set_default_dtype(torch.float64)\n"
    names = namespace(meddling)
    try:
        state, numbers = torch.get_rng_state(), random.getstate()
        check("example", "1.1", names, course)
        assert torch.get_default_dtype() is torch.float64
        assert torch.equal(torch.get_rng_state(), state)
        assert random.getstate() == numbers
    finally:
        torch.set_default_dtype(torch.float32)


def test_a_task_that_is_none_is_one_sentence(course: Path) -> None:
    with pytest.raises(CourseError, match=r"example has no task '9\.9'"):
        check("example", "9.9", {}, course)
    assert read_lab(Assignment(course, "example")).rubric.title
