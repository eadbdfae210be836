"""Which known mistake an answer is told to be, and what is nobody's."""

import numpy as np
import pytest

from autograder.judging.comparisons import Estimate
from autograder.judging.expectations import Expectations, KnownWrong
from autograder.judging.naming import named
from autograder.judging.session import Answers
from autograder.sandbox.answers import Answer, StudentError, Value

CASES = [("loss", "sample/a"), ("loss", "secret/b"), ("gradient", "secret/b")]


def answers(scale: float, slope: float = 1.0, **values: Value) -> Answers:
    """Answers to all cases: losses and gradients in proportion to two numbers."""
    loss = {key: Answer("ok", {"loss": scale * size, **values}) for size, key in enumerate(CASES[:2], 2)}
    return {**loss, CASES[2]: Answer("ok", {"gradient": slope * np.array([1.0, -2.0, 3e-5])})}


RIGHT = answers(1)
SUMMED = KnownWrong("summed", "Take the mean.", frozenset({"1"}), answers(4, 4), RIGHT)
DETACHED = KnownWrong(
    "detached", "Detach nothing.", frozenset({"1"}), {CASES[2]: answers(1, 0)[CASES[2]]}, RIGHT
)


def name(
    given: Answers, *known: KnownWrong, failing: tuple[str, ...] = ("loss", "gradient"), **more: object
) -> str:
    found, _ = named("1", CASES, failing, given, Expectations((RIGHT,), known, **more))  # type: ignore[arg-type]
    return found.name if found else ""


def test_an_answer_is_compared_a_probe_at_a_time() -> None:
    assert name(answers(4, 0.5), SUMMED) == "summed"  # another mistake beside it does not hide it
    assert named("1", CASES, ["loss"], answers(4, 0.5), Expectations((RIGHT,), (SUMMED,)))[1] == {"loss"}


def test_a_probe_is_a_mistake_s_in_all_its_cases_or_not_at_all() -> None:
    mixed = {**answers(4), CASES[1]: RIGHT[CASES[1]]}
    assert name(mixed, SUMMED, failing=("loss",)) == ""


def test_where_a_mistake_spoils_nothing_it_explains_nothing() -> None:
    assert name(RIGHT, DETACHED, failing=("loss",)) == ""


def test_of_two_mistakes_the_one_that_is_there_in_all_that_it_spoils() -> None:
    elsewhere = KnownWrong("twice", "Once.", frozenset({"1"}), {**answers(4, 9)}, RIGHT)
    assert name(answers(4, 4), elsewhere, SUMMED) == "summed"
    assert name(answers(4, 9), elsewhere, SUMMED) == "twice"


def test_a_written_mistake_comes_before_a_change_that_has_no_name() -> None:
    change = KnownWrong("", "with `sum` in place of `mean`", frozenset({"1"}), answers(4, 4), RIGHT)
    assert name(answers(4, 4), change, SUMMED) == "summed"


def test_two_mistakes_at_once_come_last() -> None:
    both = KnownWrong("summed+detached", "Both.", frozenset({"1"}), answers(4, 0), RIGHT)
    assert name(answers(4, 4), both, SUMMED, DETACHED) == "summed"
    assert name(answers(4, 0.5), both, SUMMED) == "summed"
    change = KnownWrong("", "with `sum` in place of `mean`", frozenset({"1"}), answers(4, 4), RIGHT)
    assert named("1", CASES, ["loss"], answers(4, 9), Expectations((RIGHT,), (both, change)))[0] == change
    assert name(answers(4, 0), both, failing=("loss",)) == "summed+detached"


def test_rounding_of_right_answers_is_no_difference() -> None:
    near = KnownWrong("near", "", frozenset({"1"}), answers(4.003, 4), RIGHT)
    rounded = answers(4.0005, 4)
    assert name(rounded, near, SUMMED, failing=("loss",)) == ""  # either of both, by all that rounding can do
    assert name(rounded, near, SUMMED, failing=("loss",), noise={"loss": {"loss": 2e-4}}) == "summed"


def test_a_mistake_that_alone_is_near_may_be_rounded_otherwise() -> None:
    assert name(answers(4.005, 4), SUMMED, failing=("loss",)) == "summed"
    assert name(answers(4.02, 4), SUMMED, failing=("loss",)) == ""
    change = KnownWrong("", "with `sum` in place of `mean`", frozenset({"1"}), answers(4, 4), RIGHT)
    assert named("1", CASES, ["loss"], answers(4.005, 4), Expectations((RIGHT,), (change,)))[0] is None


def test_what_is_right_but_for_rounding_is_no_mistake_that_does_little() -> None:
    little = KnownWrong("little", "", frozenset({"1"}), answers(1.003, 1), RIGHT)
    assert name(answers(1.0015, 1), little, failing=("loss",)) == ""
    assert name(answers(1.0045, 1), little, failing=("loss",)) == "little"


def test_an_overflow_is_one_mistake_whatever_it_leaves() -> None:
    def overflown(*gradient: float) -> Answers:
        return {**answers(np.inf), CASES[2]: Answer("ok", {"gradient": np.array(gradient)})}

    known = KnownWrong("overflows", "", frozenset({"1"}), overflown(np.nan, np.nan, 3e-5), RIGHT)
    not_a_number = {key: Answer("ok", {"loss": np.nan}) for key in CASES[:2]}
    assert name({**overflown(np.nan, -2, 3e-5), **not_a_number}, known) == "overflows"
    assert name(overflown(np.nan, -2, 5), known, failing=("gradient",)) == ""
    assert name(overflown(1, -2, 3e-5), known, failing=("gradient",)) == ""


def test_what_right_answers_choose_takes_no_part() -> None:
    right = answers(1, deviation=1.0)
    known = KnownWrong("summed", "", frozenset({"1"}), answers(4, 4, deviation=1.0), right)
    mine = answers(4, 4, deviation=0.3)
    assert name(mine, known, failing=("loss",)) == ""
    assert name(mine, known, failing=("loss",), free={"loss": frozenset({"deviation"})}) == "summed"


def test_a_way_that_needs_a_missing_part_hides_no_mistake() -> None:
    right, known = answers(1, own=1.0, given=2.0), answers(1, own=3.0, given=5.0)
    mistake = KnownWrong("summed", "", frozenset({"1"}), known, right)
    assert name(answers(1, own=None, given=5.0), mistake, failing=("loss",)) == "summed"
    assert name(answers(1, own=None, given=2.0), mistake, failing=("loss",)) == ""
    assert name(answers(1, own=None, given=None), mistake, failing=("loss",)) == ""


def test_nothing_alone_is_no_sign_of_one_mistake_rather_than_another() -> None:
    """A gradient that comes to nothing may have many causes: where the losses disagree it was another."""

    def looked_at(scale: float, slope: float) -> Answers:
        seen = {"gradient": slope * np.array([1.0, -2.0]), "seen": np.array([3.0, 4.0])}
        return {**answers(scale), CASES[2]: Answer("ok", seen)}

    blind = KnownWrong("blind", "", frozenset({"1"}), looked_at(4, 1e-8), looked_at(1, 1))
    halved = KnownWrong("halved", "", frozenset({"1"}), looked_at(4, 0.5), looked_at(1, 1))
    assert name(looked_at(4, 0), blind) == "blind"
    assert name(looked_at(5, 0), blind) == ""
    assert name(looked_at(5, 0.5), halved) == "halved"
    assert name(looked_at(1, 0), blind, failing=("gradient",)) == "blind"


@pytest.mark.parametrize("value", [0.0, 7.0])
def test_the_same_number_everywhere_is_nobody_s(value: float) -> None:
    constant = {key: Answer("ok", {"loss": value}) for key in CASES[:2]}
    known = KnownWrong("constant", "", frozenset({"1"}), constant, RIGHT)
    assert name({**RIGHT, **constant}, known, failing=("loss",)) == ""


def test_an_error_is_a_mistake_s_if_it_says_the_same() -> None:
    def failing(message: str) -> Answers:
        return {**RIGHT, CASES[2]: Answer("error", {}, StudentError("RuntimeError", message, "x", 1))}

    known = KnownWrong("item", "", frozenset({"1"}), {CASES[2]: failing("no grad_fn")[CASES[2]]}, RIGHT)
    assert name(failing("no grad_fn"), known) == "item"
    assert name(failing("other shapes"), known) == ""


def test_draws_are_compared_by_their_spread() -> None:
    assert Estimate(0.5, 0.02).agrees_with(Estimate(0.6, 0.02))
    assert not Estimate(0.5, 0.02).agrees_with(Estimate(0.7, 0.02))
    never, rarely = (Estimate.of_share(np.arange(400) < hits) for hits in (0, 40))
    assert not never.agrees_with(rarely)
    assert never.agrees_with(Estimate.of_share(np.arange(400) < 1))
    known = KnownWrong("inverted", "", frozenset({"1"}), answers(4, 4), RIGHT)

    def view(key: tuple[str, str], answer: Answer) -> dict[str, Estimate]:
        return {"share": Estimate(float(np.ravel(next(iter(answer.values.values())))[0]) / 100, 0.01)}  # type: ignore[arg-type]

    found, _ = named("1", CASES, ["loss"], answers(4.5), Expectations((RIGHT,), (known,)), view)
    assert found is known
