"""What graders say: comparisons that carry a hint, and polite access to what was observed. Trusted side.

Shape before value. A failed comparison raises `Mismatch`, never an AssertionError: NumPy's message alone
costs half a millisecond, and a plain `assert` in a grader says nothing to a student.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from autograder.results.schema import TestStatus
from autograder.sandbox.answers import Answer, Value

_ROUNDING = 1e-5  # of the largest value: 84 units in the last place of single precision
_WORDS = {  # what probes call a value, and what somebody calls it who has never seen a probe
    r"(?:own|given)_(.+)": r"\1",  # whose parts it was asked of is a matter of the probes
    r"(.+)_(?:grad|slopes)": r"gradient at `\1`",
    r"into_(\d+)": r"input of layer \1",
    r"out_of_(\d+)": r"output of layer \1",
}


class Mismatch(Exception):
    """An answer is not what it should be: the test fails, and the student reads `message` and `hint`.

    On a secret case `message` would tell inputs and values: the student reads `secret_message` instead.
    """

    def __init__(
        self, message: str, hint: str = "", status: TestStatus = "failed", secret_message: str = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.status: TestStatus = status
        self.secret_message = secret_message


@dataclass(frozen=True)
class Observed:
    """An answer as a grader sees it. Reading a value of a probe that failed raises the student's own error.

    Attributes:
        reference: names that the reference's answer has, where it is at hand; a student's that lacks one of
            them is wrong, while a name that neither has is a fault of the grader.
    """

    answer: Answer
    reference: frozenset[str] | None

    def __getitem__(self, name: str) -> Value:
        if self.answer.outcome != "ok":
            raise _failure(self.answer)
        if name in self.answer.values:
            return self.answer.values[name]
        if self.reference is None or name in self.reference:
            raise Mismatch(f"The answer has no {said(name)}.")
        raise KeyError(f"no answer is called {name!r}; there is: {', '.join(sorted(self.reference))}")

    def array(self, name: str, shape: tuple[int, ...] | None = None, hint: str = "") -> NDArray[Any]:
        """The numbers called `name` as an array; a Mismatch where they are none, or not of `shape`."""
        array = _numbers(self[name], name, hint)
        if shape is not None and array.shape != shape:
            raise Mismatch(f"{said(name)}: expected shape {_shape(shape)}, got {_shape(array.shape)}.", hint)
        return array

    def number(self, name: str, hint: str = "") -> float:
        """The single number called `name`; a Mismatch where it is none."""
        array = _numbers(self[name], name, hint)
        if array.size != 1:
            raise Mismatch(f"{said(name)}: expected one number, got shape {_shape(array.shape)}.", hint)
        return float(array.reshape(()))

    def text(self, name: str, hint: str = "") -> str:
        """The string called `name`; a Mismatch where it is none."""
        value = self[name]
        if not isinstance(value, str):
            raise Mismatch(f"{said(name)}: expected text, got {_kind(value)}.", hint)
        return value


@dataclass(frozen=True)
class Estimate:
    """A statistic of random draws, of which two are compared by their spread.

    Attributes:
        deviation: the standard deviation of `value`.
    """

    value: float
    deviation: float

    @classmethod
    def of_share(cls, hits: NDArray[np.bool_]) -> "Estimate":
        """The share of draws that hit; where all or none do, one more draw could have been otherwise."""
        share, draws = float(hits.mean()), hits.size
        return cls(share, float(np.sqrt(max(share * (1 - share), 1 / draws) / draws)))

    def agrees_with(self, other: "Estimate") -> bool:
        """Whether both can be draws of one number: four deviations of their difference, 1 in 16,000."""
        return bool(abs(self.value - other.value) <= 4 * np.hypot(self.deviation, other.deviation) + 1e-9)


def said(name: str) -> str:
    """A value as a student knows it."""
    for pattern, words in _WORDS.items():
        name = re.sub(f"^{pattern}$", words, name)
    return name if "`" in name or " " in name else f"`{name}`"


def assert_close(
    actual: Value, expected: Value, *, hint: str, rtol: float = 1e-4, atol: float = 1e-6
) -> None:
    """Equal shapes, then values within atol + rtol * |expected|; NaN equals only NaN.

    Both may be `None` (no gradient, say); strings are compared as they are.
    """
    if expected is None or isinstance(expected, str):
        if not isinstance(actual, type(expected)) or actual != expected:
            raise Mismatch(f"expected {_kind(expected)}, got {_kind(actual)}.", hint)
        return
    wanted = np.asarray(expected)
    found = _numbers(actual, "the answer", hint)
    if found.shape != wanted.shape:
        raise Mismatch(f"expected shape {_shape(wanted.shape)}, got {_shape(found.shape)}.", hint)
    if close(found, wanted, rtol, atol):
        return
    raise Mismatch(_difference(found, wanted), hint)


def assert_same_direction(actual: Value, expected: Value, *, hint: str, cosine: float = 0.9999) -> None:
    """Equal shapes, and the same direction as vectors; the length is free but not zero."""
    wanted = np.asarray(expected, dtype=np.float64)
    found = _numbers(actual, "the answer", hint).astype(np.float64)
    if found.shape != wanted.shape:
        raise Mismatch(f"expected shape {_shape(wanted.shape)}, got {_shape(found.shape)}.", hint)
    length = np.linalg.norm(found)
    if not np.isfinite(length) or length == 0:
        raise Mismatch("all values are zero." if length == 0 else "some values are not finite.", hint)
    along = np.linalg.norm(wanted)
    if along == 0:
        raise ValueError("the expected direction is zero: the case does not show what it should")
    similarity = float((found * wanted).sum() / (length * along))
    if not similarity >= cosine:
        raise Mismatch(f"the direction differs: cosine {similarity:.4f} to what is expected.", hint)


def assert_that(condition: bool | np.bool_, hint: str, message: str = "not so") -> None:
    """The claim in the grader's name holds; `message` says what was found instead."""
    if not condition:
        raise Mismatch(message, hint)


def leave_to_a_person(message: str, hint: str = "") -> NoReturn:
    """Our code cannot measure this: the task stays `pending`, and `message` tells the person what was found.

    For handed-in networks of a form that no grader of ours can build; neither full marks nor zero.
    """
    raise Mismatch(message, hint, "pending", message)


def close(found: NDArray[Any], wanted: NDArray[Any], rtol: float = 1e-4, atol: float = 1e-6) -> bool:
    """Whether two number arrays of any shapes are equal within the tolerance; NaN equals NaN.

    As `numpy.isclose` says it, in a tenth of the time: a wrong answer is compared with a thousand mistakes.
    """
    if found.shape != wanted.shape:
        return False
    with np.errstate(all="ignore"):
        apart = np.abs(np.subtract(found, wanted, dtype=np.float64))
        near = apart <= atol + rtol * np.abs(wanted, dtype=np.float64)
    finite = np.isfinite(apart)
    if finite.all():
        return bool(near.all())
    same = (found == wanted) | (np.isnan(found) & np.isnan(wanted))
    return bool(np.where(finite, near, same).all())


def same_values(
    one: Mapping[str, Value], other: Mapping[str, Value], noise: Mapping[str, float] | None = None
) -> bool:
    """Whether two answers have the same names, and values that are equal but for what machines differ in.

    Args:
        noise: by name, how much right answers differ by rounding alone, as a part of the largest value.
    """
    noise = noise or {}
    return one.keys() == other.keys() and all(
        same_value(value, other[name], noise.get(name, 0)) for name, value in one.items()
    )


def same_value(one: Value, other: Value, noise: float = 0) -> bool:
    """Whether two values are equal but for rounding.

    A value near zero in a gradient is a sum of terms as large as the gradient's largest, rounded in another
    order by another processor: the tolerance is therefore a part of each array's largest value.
    """
    if isinstance(one, str | None) or isinstance(other, str | None):
        return type(one) is type(other) and one == other
    found, wanted = np.asarray(one), np.asarray(other)
    return close(found, wanted, atol=max(1e-6, max(_ROUNDING, noise) * _largest(found)))


def distance(one: Value, other: Value) -> float:
    """The largest difference as a part of the largest value; infinite where kinds or shapes differ."""
    if isinstance(one, str | None) or isinstance(other, str | None):
        return 0.0 if type(one) is type(other) and one == other else np.inf
    found, wanted = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    if found.shape != wanted.shape:
        return np.inf
    with np.errstate(all="ignore"):
        apart = np.where((found == wanted) | (np.isnan(found) & np.isnan(wanted)), 0, np.abs(found - wanted))
    apart = np.where(np.isnan(apart), np.inf, apart)
    return float(apart.max(initial=0)) / max(_largest(wanted), 1e-6)


def _largest(values: NDArray[Any]) -> float:
    sizes = np.abs(values, dtype=np.float64)
    largest = float(sizes.max(initial=0))
    return largest if isfinite(largest) else float(sizes.max(initial=0, where=np.isfinite(sizes)))


def _numbers(value: Value, name: str, hint: str) -> NDArray[Any]:
    if value is None or isinstance(value, str):
        raise Mismatch(f"{said(name)}: expected numbers, got {_kind(value)}.", hint)
    array = np.asarray(value)
    return array.astype(np.int64) if array.dtype == np.bool_ else array  # graders calculate, with any answer


def _difference(found: NDArray[Any], wanted: NDArray[Any]) -> str:
    with np.errstate(all="ignore"):
        error = np.abs(found.astype(np.float64) - wanted.astype(np.float64))
    error = np.where(np.isnan(error), np.inf, error)
    worst = np.unravel_index(int(error.argmax()), error.shape) if error.ndim else ()
    if not error.ndim:
        return f"expected {float(wanted):.6g}, got {float(found):.6g}."
    place = ", ".join(str(int(i)) for i in worst)
    return (
        f"values differ, largest error {float(error[worst]):.3g} at [{place}]: "
        f"expected {float(wanted[worst]):.6g}, got {float(found[worst]):.6g}."
    )


# What Python raises, in no line of the student's, at arguments and values that are not those asked for.
_OF_ANOTHER_TYPE = ("TypeError", "AttributeError", "IndexError", "KeyError")
_OUTSIDE = (
    "Raised where your code is called, or where what it returned is used: are its arguments and the types of "
    "what it returns those that its docstring names?"
)

_ENDS: dict[str, tuple[str, TestStatus]] = {
    "not_implemented": ("not implemented yet", "not_implemented"),
    "timeout": ("took too long and was stopped", "timeout"),
    "died": ("ended the whole process", "error"),
    "memory": ("used too much memory and was stopped", "error"),
    "invalid": ("gave what is no tensor, number or text", "error"),
}


def _failure(answer: Answer) -> Mismatch:
    """The student's own failure, located by cell and line where it is known."""
    error = answer.error
    where = f" ({error.label}, line {error.line})" if error and error.label else ""
    text = f": {error.message}" if error and error.message else ""
    if answer.outcome in _ENDS:
        told, status = _ENDS[answer.outcome]
        return Mismatch(f"{told}{where}{text or '.'}", status=status, secret_message=f"{told}.")
    kind = error.type if error else "Exception"
    hint = _OUTSIDE if kind in _OF_ANOTHER_TYPE and not where else ""
    return Mismatch(f"{kind}{where}{text}", hint, status="error", secret_message=kind)


def _kind(value: Value) -> str:
    if value is None:
        return "None"
    if isinstance(value, str):
        return repr(value[:80])
    return f"numbers of shape {_shape(np.shape(value))}"


def _shape(shape: tuple[int, ...]) -> str:
    return "()" if shape == () else str(tuple(int(n) for n in shape))
