"""Where a submission may be random by itself."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.authoring.bank import read_bank
from autograder.course.layout import Assignment
from autograder.lab.lab import read_lab
from autograder.submission import Cell
from autograder.submission.chance import chance_in

COURSE = Path(__file__).parents[2]


def found(source: str) -> int | None:
    place = chance_in([Cell("a.ipynb", 3, source)])
    assert place is None or place[0] == "a.ipynb, cell 3"
    return place[1] if place else None


@pytest.mark.parametrize(
    "call",
    ["np.random.default_rng()", "random.seed()", "torch.seed()", "g.seed(None)", "random.Random()",
     "os.urandom(8)", "uuid.uuid4()", "default_rng(seed=None)", "np.random.seed(time.time_ns())"],
)  # fmt: skip
def test_what_takes_its_state_from_outside(call: str) -> None:
    assert found(f"x = 1\ndef f():\n    return {call}") == 3


@pytest.mark.parametrize(
    "call",
    ["default_rng(0)", "random.seed(42)", "torch.manual_seed(0)", "random.random()", "Random(x)", "seed"],
)
def test_what_a_seed_reaches(call: str) -> None:
    assert found(call) is None


@given(st.text())
def test_any_text_is_read(source: str) -> None:
    line = found(source)
    assert line is None or 1 <= line <= len(source)


@pytest.mark.parametrize("name", sorted(p.name for p in (COURSE / "solutions").iterdir() if p.is_dir()))
def test_no_reference_is_random_by_itself(name: str) -> None:
    lab = read_lab(Assignment(COURSE, name))
    assert chance_in(read_bank(lab.assignment, lab.rubric, lab.policy).reference.cells) is None
