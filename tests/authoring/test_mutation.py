"""Mutants: one change each, only of answers, and told without the answer."""

from pathlib import Path

import pytest

from autograder.authoring.master import read_master
from autograder.authoring.mutation import Mutant, mutants_of
from autograder.course.rubric import Rubric

MASTER = """\
# %% [markdown] id="task-1-1"
# ## 1.1 Loss  (10 points, medium, 10 minutes)

# %% id="answer-1-1" tags=["task-1.1"]
def loss(output1, output2, margin):
    given = output1 - margin
    # TODO 1.1: the loss
    # BEGIN SOLUTION
    with torch.no_grad():
        shown = margin
    distance = (output1 - output2).square().sum(dim=1)
    show(shown)
    return F.relu(margin - distance).mean()  # “é”
    # END SOLUTION
"""
RUBRIC = Rubric.model_validate(
    {"title": "Loss", "tasks": {"1.1": {"title": "Loss", "kind": "code", "points": 10}}}
)


@pytest.fixture(scope="module")
def mutants() -> tuple[Mutant, ...]:
    return mutants_of(read_master(Path("loss.py"), MASTER), RUBRIC)


RETURNED = "return F.relu(margin - distance).mean()  # “é”"
SUMMED = "distance = (output1 - output2).square().sum(dim=1)"


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        (RETURNED, RETURNED.replace("mean", "sum"), "`sum` in place of `mean`"),
        (RETURNED, RETURNED.replace(".mean()", ""), "`mean` left out"),
        (RETURNED, RETURNED.replace("F.relu", ""), "`relu` left out"),
        (SUMMED, SUMMED.replace("-", "+"), "`+` in place of `-`"),
        (SUMMED, SUMMED.replace("dim=1", ""), "`dim` left out of `sum`"),
        (SUMMED, SUMMED.replace("output2", "output1"), "`output1` in place of `output2`"),
        ("with torch.no_grad():", "if True:", "`torch.no_grad` left out"),
        ("show(shown)", "pass", "`show` left out"),
    ],
)
def test_a_change_is_a_line_and_a_sentence(
    mutants: tuple[Mutant, ...], was: str, now: str, told: str
) -> None:
    found = [mutant for mutant in mutants if mutant.lines == ((was,), (now,))]
    assert [mutant.told for mutant in found] == [f"{told} in `loss`"]


def test_only_answers_are_changed_and_no_two_alike(mutants: tuple[Mutant, ...]) -> None:
    assert all("given = output1 - margin" in mutant.after for mutant in mutants)
    assert len({mutant.after for mutant in mutants}) == len(mutants)
    assert {mutant.task for mutant in mutants} == {"1.1"}


def test_a_mutant_knows_its_line_in_the_master(mutants: tuple[Mutant, ...]) -> None:
    lines = MASTER.split("\n")
    for mutant in mutants:
        was, _ = mutant.lines
        assert len(was) != 1 or lines[mutant.line - 1].strip() == was[0]


def test_a_sentence_shows_no_line_of_the_reference(mutants: tuple[Mutant, ...]) -> None:
    assert not any("(" in mutant.told or "=" in mutant.told for mutant in mutants)
