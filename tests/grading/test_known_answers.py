"""Which of the mistakes that can be put on somebody's work are anybody's, and which are recorded so."""

import shutil
from collections.abc import Set
from pathlib import Path

import numpy as np
import pytest

from autograder.authoring.bank import read_bank
from autograder.course.layout import find_course
from autograder.grading.known_answers import Known, known_answers, lacks_a_part
from autograder.judging.session import Graders, Key, with_graders
from autograder.lab.lab import read_lab
from autograder.sandbox import RawAnswer, Recording
from autograder.sandbox.answers import Answer, StudentError, encode
from autograder.submission import Submission

FINE = Answer("ok", {"loss": 1.0})
VARIANT = '"""The class comes first."""\n\nCHANGES = {"labels == c": "c == labels"}\n'


def raises(kind: str) -> Answer:
    return Answer("error", error=StudentError(kind, "no such thing"))


def test_what_raises_on_such_work_alone_reaches_for_a_part_that_it_lacks() -> None:
    by_itself = {("loss", "a"): FINE, ("loss", "b"): FINE}
    assert lacks_a_part({("loss", "a"): FINE, ("loss", "b"): raises("AttributeError")}, by_itself)


def test_what_raises_by_itself_too_is_the_mistake() -> None:
    by_itself = {("loss", "a"): raises("RuntimeError"), ("loss", "b"): FINE}
    assert not lacks_a_part({("loss", "a"): FINE, ("loss", "b"): raises("RuntimeError")}, by_itself)
    assert lacks_a_part({("loss", "a"): FINE, ("loss", "b"): raises("NameError")}, by_itself)


def test_a_wrong_value_lacks_nothing() -> None:
    assert not lacks_a_part({("loss", "a"): FINE}, {("loss", "a"): FINE})


@pytest.fixture
def lab_folder(course: Path, tmp_path: Path) -> Path:
    """The example lab with a variant that answers as the reference does."""
    shutil.copytree(course, tmp_path / "course")
    (tmp_path / "course/solutions/example/accepted/class_first.py").write_text(VARIANT)
    return tmp_path / "course"


@pytest.mark.parametrize(("with_both", "kept"), [(5.5, True), (5.0, False)])
def test_a_form_that_shows_where_a_mistake_is_alone_is_known_so(
    lab_folder: Path, with_both: float, kept: bool
) -> None:
    """Right work rounds alike in both; the mistake leads one of them where it does not, or does not."""
    values = {"wrong/sum_for_mean": 5.0, "wrong/sum_for_mean@class_first": with_both}
    known = known_of(lab_folder, values)
    assert ("wrong/sum_for_mean@class_first" in known.recordings) is kept
    assert "wrong/sum_for_mean" in known.recordings
    assert known.about.get("wrong/sum_for_mean@class_first", {}).get("form") == (
        "reference" if kept else None
    )


def known_of(folder: Path, values: dict[str, float]) -> Known:
    """The example lab's known answers, where the submission of a name answers this number; else 1."""
    lab = read_lab(find_course(folder).assignment("example"))
    bank = read_bank(lab.assignment, lab.rubric, lab.policy)

    def record(name: str, _: Submission, keys: Set[Key]) -> Recording:
        numbers = {each: values.get(name, 1.0) * np.array([1.0, 2.0]) for each in ("means", "features_grad")}
        return Recording("full", tuple(RawAnswer(*key, "recorded", encode(numbers)) for key in sorted(keys)))

    def known(graders: Graders) -> Known:
        return known_answers(lab, bank, graders, record, 1, in_all_forms=True)

    return with_graders(lab.assignment.graders, lab.calls, lab.rubric.settings, known)
