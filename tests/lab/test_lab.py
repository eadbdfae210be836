"""What a lab makes of a hand-in before anything runs."""

import shutil
from pathlib import Path

import pytest

from autograder.course.layout import CourseError, find_course
from autograder.grading.expectations_file import grader_tasks
from autograder.lab.lab import MAX_FILES, read_lab
from autograder.submission.find import find_submissions

LAB = read_lab(find_course(Path(__file__)).assignment("protonet"))


@pytest.mark.parametrize(("count", "size"), [(MAX_FILES + 1, 1), (1, 33 << 20)])
def test_what_does_not_fit_into_the_sandbox_is_one_sentence(tmp_path: Path, count: int, size: int) -> None:
    (tmp_path / "protonet.ipynb").write_bytes(LAB.assignment.notebook.read_bytes())
    for number in range(count):
        (tmp_path / f"{number}.bin").write_bytes(b"x" * size)
    read = LAB.read(tmp_path)
    assert read.problem is not None
    assert "Hand in the work and its checkpoints, no data." in read.problem
    assert not read.files


def test_what_fits_is_read(tmp_path: Path) -> None:
    (tmp_path / "protonet.ipynb").write_bytes(LAB.assignment.notebook.read_bytes())
    (tmp_path / "protonet-trained.pth").write_bytes(b"weights")
    read = LAB.read(tmp_path)
    assert read.problem is None
    assert dict(read.files) == {"protonet-trained.pth": b"weights"}


def test_no_student_has_the_name_of_the_class_page(tmp_path: Path) -> None:
    for name in ("index.ipynb", "Index.py"):
        (tmp_path / name).write_text("{}")
    found = find_submissions([tmp_path / "index.ipynb", tmp_path / "Index.py"], LAB.policy)
    assert [one.student for one in found] == ["index-2", "Index-3"]


def test_modules_to_preload_are_what_the_lab_imports_without_its_helpers() -> None:
    modules = LAB.modules()
    assert modules[0] == "torch"
    assert "data_utils.seeding" in modules
    assert not {"encoder", "probes", "figures", "otter"} & set(modules)


def test_a_probe_renamed_in_its_grader_alone_is_named_when_the_lab_is_built(tmp_path: Path) -> None:
    shutil.copytree(Path(__file__).parents[1] / "example_lab", tmp_path / "course")
    lab = find_course(tmp_path / "course").assignment("example")
    assert grader_tasks(lab) == {"1.1"}
    lab.graders.write_text(lab.graders.read_text().replace('probe("class_means")', 'probe("means")'))
    with pytest.raises(
        CourseError, match="test_each_class_has_its_own_mean asks the probe means, and no case file"
    ):
        grader_tasks(lab)
