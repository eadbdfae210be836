"""A wrong answer that differs from the reference in a line says that line."""

import shutil
from pathlib import Path

import pytest

from autograder.authoring.bank import AcceptedVariant, Bank, Difference, read_bank
from autograder.authoring.master import AuthoringError
from autograder.authoring.pairs import pairs_of
from autograder.course.layout import find_course
from autograder.lab.lab import read_lab
from tests.conftest import EXAMPLE

FILE = '"""Too large by one."""\n\nLOSES = {"1.1"}\n'


@pytest.fixture
def wrong(course: Path, tmp_path: Path) -> Path:
    """A folder of wrong answers in a lab that has been built."""
    shutil.copytree(course, tmp_path / "course")
    return tmp_path / "course/solutions/example/wrong"


def bank_of(wrong: Path) -> Bank:
    lab = read_lab(find_course(wrong).assignment("example"))
    return read_bank(lab.assignment, lab.rubric, lab.policy)


def test_a_change_is_made_in_the_reference_s_answer(wrong: Path) -> None:
    (wrong / "changed.py").write_text(FILE + 'CHANGES = {".mean(dim=0)": ".mean(dim=0) + 1"}\n')
    bank = bank_of(wrong)
    changed = next(answer for answer in bank.wrong if answer.name == "changed")
    sources = [cell.source for cell in changed.submission.cells]
    assert len(sources) == len(bank.reference.cells)  # no cell more
    assert sum(".mean(dim=0) + 1" in source for source in sources) == 1
    assert changed.submission.sha256 != bank.reference.sha256


def test_changes_build_on_each_other_and_on_definitions(wrong: Path) -> None:
    changes = 'CHANGES = {"dim=0": "dim=-2", "dim=-2": "axis=0"}\nX = 1\n'
    (wrong / "changed.py").write_text(FILE + changes)
    bank = bank_of(wrong)
    changed = next(answer for answer in bank.wrong if answer.name == "changed")
    assert "axis=0" in "".join(cell.source for cell in changed.submission.cells[:-1])
    assert "X = 1" in changed.submission.cells[-1].source


@pytest.mark.parametrize(
    "old",
    [
        "median",
        "labels",
        "import torch",  # it stands in a given cell, which is no answer
    ],
)
def test_a_text_that_does_not_occur_once_is_told_with_its_file(wrong: Path, old: str) -> None:
    (wrong / "changed.py").write_text(FILE + f'CHANGES = {{"{old}": "x"}}\n')
    with pytest.raises(AuthoringError) as raised:
        bank_of(wrong)
    assert str(raised.value).startswith(f"{wrong / 'changed.py'}:1: CHANGES has '{old}', which occurs ")
    assert "not once" in str(raised.value)


def test_the_example_lab_has_such_a_file() -> None:
    assert any("CHANGES" in path.read_text() for path in (EXAMPLE / "solutions/example/wrong").glob("*.py"))


@pytest.mark.parametrize(
    ("other", "paired"),
    [
        ('CHANGES = {"labels == c": "labels != c"}\n', True),
        ('CHANGES = {"labels.unique()": "labels"}\n', True),
        ('CHANGES = {".mean(dim=0)": ".median(dim=0).values"}\n', False),  # the text that the other changes
        ("def class_means(features, labels):\n    return features\n", False),  # which one would count?
    ],
)
def test_two_mistakes_at_once_are_made_in_one_function(wrong: Path, other: str, paired: bool) -> None:
    (wrong / "other.py").write_text(FILE + other)
    (wrong / "one_mean_for_all.py").unlink()
    pairs = [(one.name, two.name, made) for one, two, made in pairs_of(bank_of(wrong))]
    assert [names[:2] for names in pairs] == [("other", "sum_for_mean")] * paired
    for *_, made in pairs:
        assert any(".sum(dim=0)" in c.source and "mean(dim=0)" not in c.source for c in made.cells)


def test_a_form_that_has_not_the_mistaken_lines_has_no_such_mistake(wrong: Path) -> None:
    bank = bank_of(wrong)
    (loop,), sums = bank.accepted, next(w for w in bank.wrong if w.name == "sum_for_mean")
    assert bank.in_form_of(loop, sums) is None


@pytest.mark.parametrize(
    ("changes", "one_thing"),
    [
        ({"labels == c": "c == labels"}, True),
        ({"import torch": "import torch as torch"}, False),  # in no answer
    ],
)
def test_a_variant_and_a_mistake_that_change_one_function_may_act_on_each_other(
    wrong: Path, changes: dict[str, str], one_thing: bool
) -> None:
    (wrong / "other.py").write_text(FILE + 'CHANGES = {".mean(dim=0)": ".mean(dim=0) + 1"}\n')
    bank = bank_of(wrong)
    other = next(each for each in bank.wrong if each.name == "other")
    variant = AcceptedVariant("turned", bank.reference, Difference(wrong / "turned.py", changes))
    assert bank.change_one_thing(variant, other) is one_thing
