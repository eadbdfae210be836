"""Comparisons: shape before value, a hint on every one, and the student's own error instead of ours."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from autograder.judging import Mismatch, Observed, assert_close, assert_same_direction, assert_that
from autograder.judging.comparisons import close, same_values
from autograder.sandbox.answers import Answer, StudentError


def observed(answer: Answer, *reference: str) -> Observed:
    return Observed(answer, frozenset(reference))


def ok(**values: object) -> Answer:
    return Answer("ok", values, None)


def test_shape_is_told_before_value() -> None:
    with pytest.raises(Mismatch, match=r"expected shape \(2,\), got \(2, 1\)") as wrong:
        assert_close(np.ones((2, 1)), np.zeros(2), hint="Flatten.")
    assert wrong.value.hint == "Flatten."


def test_the_worst_value_is_named() -> None:
    with pytest.raises(Mismatch, match=r"largest error 3\.25 at \[0, 1\]: expected 1, got 4\.25"):
        assert_close(np.array([[1.0, 4.25]]), np.ones((1, 2)), hint="")


def test_nan_equals_only_nan() -> None:
    assert_close(np.array([np.nan]), np.array([np.nan]), hint="")
    with pytest.raises(Mismatch):
        assert_close(np.array([np.nan]), np.array([1.0]), hint="")
    with pytest.raises(Mismatch):
        assert_close(1.0, float("nan"), hint="")


def test_a_missing_gradient_is_said_so() -> None:
    with pytest.raises(Mismatch, match="expected numbers, got None"):
        assert_close(None, np.ones(3), hint="")
    assert_close(None, None, hint="")
    with pytest.raises(Mismatch):
        assert_close("a", "b", hint="")
    with pytest.raises(Mismatch):
        assert_close(np.ones(3), None, hint="")


@given(arrays(np.float64, array_shapes(max_dims=3, max_side=4), elements=st.floats(-1e3, 1e3)))
def test_every_array_is_close_to_itself_and_not_to_itself_moved(values: np.ndarray) -> None:
    assert_close(values, values.copy(), hint="")
    with pytest.raises(Mismatch):
        assert_close(values + 1 + np.abs(values), values, hint="")


@pytest.mark.parametrize(("error", "same"), [(2e-5, True), (1e-3, False)])
def test_answers_of_two_machines_differ_by_a_part_of_the_largest_value(error: float, same: bool) -> None:
    gradient = np.array([11.8, 0.0, np.nan, np.inf])
    assert same_values({"g": gradient}, {"g": np.add(gradient, [0, error, 0, 0])}) is same
    assert same_values({"g": np.array([])}, {"g": np.array([])})


def test_directions_ignore_length_but_not_sign_zero_or_nan() -> None:
    wanted = np.array([1.0, 2.0, -1.0])
    assert_same_direction(3 * wanted, wanted, hint="")
    for wrong in (-wanted, 0 * wanted, wanted * np.nan, wanted[:2], wanted + np.eye(3)[2]):
        with pytest.raises(Mismatch):
            assert_same_direction(wrong, wanted, hint="")


def test_a_claim_that_does_not_hold_has_a_hint() -> None:
    assert_that(True, "never shown")
    with pytest.raises(Mismatch) as wrong:
        assert_that(np.bool_(False), "Look at the sign.", "it grew")
    assert (wrong.value.hint, wrong.value.message) == ("Look at the sign.", "it grew")


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        ("timeout", "timeout"),
        ("died", "error"),
        ("memory", "error"),
        ("invalid", "error"),
        ("not_implemented", "not_implemented"),
    ],
)
def test_reading_a_failed_answer_raises_the_students_failure(outcome: str, status: str) -> None:
    with pytest.raises(Mismatch) as wrong:
        observed(Answer(outcome, {}, None), "loss")["loss"]
    assert wrong.value.status == status


def test_an_error_names_cell_and_line_but_not_on_secret_cases() -> None:
    error = StudentError("ValueError", "support has 3 rows", "protonet.ipynb, cell 4", 3)
    with pytest.raises(
        Mismatch, match=r"ValueError \(protonet.ipynb, cell 4, line 3\): support has 3 rows"
    ) as wrong:
        observed(Answer("error", {}, error), "loss")["loss"]
    assert wrong.value.secret_message == "ValueError"


@pytest.mark.parametrize(
    ("kind", "label", "told"),
    [("TypeError", "", True), ("TypeError", "x.ipynb, cell 4", False), ("ValueError", "", False)],
)
def test_another_type_than_asked_for_has_a_hint_where_no_line_of_the_students_raised(
    kind: str, label: str, told: bool
) -> None:
    error = StudentError(kind, "'dict' object is not iterable", label, 3 if label else 0)
    with pytest.raises(Mismatch) as wrong:
        observed(Answer("error", {}, error), "loss")["loss"]
    assert ("types of what it returns" in wrong.value.hint) is told


def test_a_name_that_only_the_reference_has_is_the_students_fault() -> None:
    with pytest.raises(Mismatch, match="has no `loss`"):
        observed(ok(), "loss")["loss"]


def test_a_name_that_nobody_has_is_the_graders_fault() -> None:
    with pytest.raises(KeyError, match="no answer is called 'lost'"):
        observed(ok(loss=1.0), "loss")["lost"]


def test_typed_access_never_trusts_what_came() -> None:
    answer = observed(ok(loss=np.ones((2, 2)), name="x", number=2), "loss")
    assert answer.number("number") == 2
    assert answer.text("name") == "x"
    assert answer.array("loss", shape=(2, 2)).sum() == 4
    for read in (
        lambda: answer.number("loss"),
        lambda: answer.number("name"),
        lambda: answer.text("loss"),
        lambda: answer.array("loss", shape=(4,)),
        lambda: answer.array("name"),
    ):
        with pytest.raises(Mismatch):
            read()


@given(
    numbers=st.lists(st.tuples(*[st.floats(width=32) | st.sampled_from([0.0, 1.0, 1.0001])] * 2), max_size=4),
    kind=st.sampled_from([np.float64, np.float32]),
)
def test_numbers_are_close_where_numpy_says_so(
    numbers: list[tuple[float, float]], kind: type[np.floating[Any]]
) -> None:
    found, wanted = np.array(numbers, dtype=kind).reshape(-1, 2).T
    with np.errstate(all="ignore"):
        as_numpy = np.isclose(found.astype(np.float64), wanted.astype(np.float64), 1e-4, 1e-6, equal_nan=True)
    assert close(found, wanted) is bool(as_numpy.all())


def test_truths_and_whole_numbers_are_compared_as_numbers() -> None:
    assert close(np.array([True, False]), np.array([1, 0]))
    assert not close(np.array([3, 4]), np.array([3, 5]))
    assert not close(np.array([3]), np.array([3, 3]))
