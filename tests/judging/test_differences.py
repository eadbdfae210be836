"""What is told about wrong numbers holds; and what holds is told, for any right ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from autograder.judging.differences import Asked, difference, sizes_of

Array = NDArray[np.float64]
# Spread out by an irrational step, so that no two numbers are the same and no accident is a pattern.
right = arrays.arrays(np.float64, (3, 4), elements=st.floats(-9, 9)).map(
    lambda values: values + np.arange(12).reshape(3, 4) * np.e + 0.1
)
pairs = st.lists(right, min_size=2, max_size=3)


def told(wanted: list[Array], wrong: object, **sizes: list[int]) -> str:
    cases = [
        Asked(wrong(values), values, {name: size[n] for name, size in sizes.items()})  # type: ignore[operator]
        for n, values in enumerate(wanted)
    ]
    return difference("loss", cases)


@given(pairs, st.sampled_from([2, 3, 7, 100]))
def test_a_factor_is_told(wanted: list[Array], factor: int) -> None:
    assert (
        told(wanted, lambda values: values * factor)
        == f"Your `loss` is {factor} times the expected one in every case."
    )
    assert f"1/{factor} of" in told(wanted, lambda values: values / factor)
    assert f"minus {factor} times" in told(wanted, lambda values: values * -factor)


@given(pairs)
def test_a_sign_an_offset_and_a_constant_are_told(wanted: list[Array]) -> None:
    assert told(wanted, lambda values: -values) == "Your `loss` is minus the expected one in every case."
    assert (
        told(wanted, lambda values: values + 2.5) == "Your `loss` is 2.5 too large everywhere, in every case."
    )
    assert "ln 2 times" in told(wanted, lambda values: values * np.log(2))


@given(pairs)
def test_an_order_is_told(wanted: list[Array]) -> None:
    assert "transposed" in told(wanted, lambda values: values.T)
    assert "another order" in told(wanted, lambda values: values[[2, 0, 1]])


@given(pairs)
def test_a_function_is_told(wanted: list[Array]) -> None:
    assert "square of" in told(wanted, np.square)
    assert "softmax" in told(wanted, lambda v: np.exp(v) / np.exp(v).sum(axis=1, keepdims=True))


@given(pairs, st.data())
def test_nothing_is_told_that_does_not_hold_in_all_cases(wanted: list[Array], data: st.DataObject) -> None:
    """A factor of its own in each case, which is no size of the case."""
    factors = iter([2.0, 5.0, 11.0])
    assert told(wanted, lambda values: values * next(factors)) == ""
    spoilt = data.draw(st.integers(0, len(wanted) - 1))
    numbers = iter(range(9))
    assert told(wanted, lambda values: values + (next(numbers) == spoilt) * np.eye(3, 4)) == ""


@given(pairs)
def test_noise_has_no_cause(wanted: list[Array]) -> None:
    draws = np.random.default_rng(0)
    assert told(wanted, lambda values: draws.normal(size=(3, 4))) == ""
    assert told(wanted, lambda values: values) == ""


def test_a_factor_that_is_a_size_of_each_case_is_told_by_it() -> None:
    cases = [Asked(np.array(4.0 * n), np.array(4.0), {"the number of different `labels`": n}) for n in (2, 5)]
    sentence = "Your `loss` is the expected one multiplied by the number of different `labels`."
    assert difference("loss", cases) == sentence
    divided = [Asked(one.wanted, one.found, one.sizes) for one in cases]
    assert "divided by the number of different `labels`" in difference("loss", divided)


@pytest.mark.parametrize("factor", [5.0, 0.2])
def test_a_size_that_never_changes_is_said_and_is_no_reason(factor: float) -> None:
    cases = [Asked(factor * np.array([n, 4.0]), np.array([n, 4.0]), {"`ways`": 5}) for n in (2.0, 3.0)]
    assert difference("loss", cases).endswith("the expected one in every case, and 5 is `ways` in each.")


def test_cases_of_one_kind_are_told() -> None:
    cases = [Asked(np.array(x), np.array(3.0 + n), {"rows": n}) for n, x in ((4, 7.0), (1, 9.0), (2, 5.0))]
    assert difference("loss", cases) == "Your `loss` is right but for cases in which rows is 1."


@pytest.mark.parametrize(("found", "word"), [(np.nan, "NaN"), (-np.inf, "infinite")])
def test_what_is_no_finite_number_is_told(found: float, word: str) -> None:
    asked = [Asked(np.array(found), np.array(1.0), {})] * 2
    assert difference("loss", asked).startswith(f"Your `loss` is {word} in every case: is there a division")
    part = [Asked(np.array([found, 2.0]), np.array([1.0, 2.0]), {})] * 2
    assert f"has values that are {word} in every case" in difference("loss", part)
    right = Asked(np.array(3.0), np.array(3.0), {"rows": 4})
    kind = [right, Asked(np.array(found), np.array(1.0), {"rows": 1})]
    assert (
        difference("loss", kind)
        == f"Your `loss` is right but for cases in which rows is 1: there it is {word}."
    )
    assert difference("loss", [*kind, Asked(np.array(4.0), np.array(3.0), {"rows": 4})]) == ""


def test_one_number_alone_is_any_number_times_another() -> None:
    assert difference("loss", [Asked(np.array(6.0), np.array(2.0), {"classes": 3})]) == ""


def test_sizes_are_those_of_the_inputs() -> None:
    sizes = sizes_of({"labels": np.array([4, 1, 4]), "ways": 5, "margin": 0.5})
    assert sizes["the number of different `labels`"] == 2
    assert sizes["the size of `labels` in dimension 0"] == 3
    assert sizes["`ways`"] == 5


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("own_loss", "Your `loss`"),
        ("given_query_grad", "Your gradient at `query`"),
        ("out_of_3", "Your output of layer 3"),
        ("into_12", "Your input of layer 12"),
        ("gradient", "Your `gradient`"),
    ],
)
def test_a_value_is_called_what_a_student_calls_it(value: str, words: str) -> None:
    wanted = np.array([1.0, 2.0])
    assert difference(value, [Asked(2 * wanted, wanted, {})]).startswith(f"{words} is ")
