"""How wrong numbers differ from the right ones, where that is one thing. Trusted side, pure.

What is told holds for all cases that were asked; where no one thing does, nothing is told. The sentences hold
no value of a case and no expected number: those of secret cases are nobody's.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.judging.comparisons import close, said

Array = NDArray[np.float64]

_EPS = 1e-4  # of the largest value: what float32 leaves of a chain of operations
_CONSTANTS = {
    math.log(2): "ln 2", 1 / math.log(2): "1 / ln 2", math.log(10): "ln 10", 1 / math.log(10): "1 / ln 10",
    math.sqrt(2): "the square root of 2", math.sqrt(0.5): "1 / the square root of 2", math.pi: "pi",
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One value of one case: what came, what is right, and the sizes of the case by what they count.

    `sizes` are such as {"rows of `query`": 4, "different values in `labels`": 3}.
    """

    found: Array
    wanted: Array
    sizes: Mapping[str, int]


def difference(name: str, cases: Sequence[Asked]) -> str:
    """One sentence about how the value `name` differs from the right one in all cases; "" where none holds.

    Where it is right in some cases it is told for which kind it is wrong, if the cases are of kinds.
    """
    if not cases or not all(one.wanted.size and np.isfinite(one.wanted).all() for one in cases):
        return ""
    wrong = [not _same(one.found, one.wanted) for one in cases]
    if not any(wrong):
        return ""
    if not all(np.isfinite(one.found).all() for one in cases):
        return _not_finite(name, cases, wrong)
    if sum(one.wanted.size for one in cases) > 1:  # with one number alone, everything is a factor
        for told in (_factor, _offset, *_RESHAPED, *_FUNCTIONS):
            if sentence := told(cases):
                return f"Your {said(name)} is {sentence}."
    if not all(wrong):
        return _kind(name, cases, wrong)
    return ""


def sizes_of(case: Mapping[str, Any]) -> dict[str, int]:
    """The sizes of a case's inputs, by what they count."""
    sizes: dict[str, int] = {}
    for name, value in case.items():
        shape = getattr(value, "shape", None)
        if shape is None:
            if isinstance(value, int) and not isinstance(value, bool) and value > 0:
                sizes[f"`{name}`"] = value
            continue
        array = np.asarray(value)
        for place, size in enumerate(shape):
            sizes[f"the size of `{name}` in dimension {place}"] = int(size)
        if array.ndim > 1:
            sizes[f"the product of the first two sizes of `{name}`"] = int(shape[0] * shape[1])
        if array.ndim == 1 and array.dtype.kind in "iu":
            sizes[f"the number of different `{name}`"] = len(np.unique(array))
    return sizes


def _same(found: Array, wanted: Array) -> bool:
    largest = float(np.abs(wanted).max(initial=0))
    return close(found, wanted, rtol=_EPS, atol=max(1e-7, _EPS * largest))


def _factor(cases: Sequence[Asked]) -> str:
    """`minus the expected one`, `4 times the expected one`, `as many times ... as ...`."""
    telling = [one for one in cases if np.abs(one.wanted).max() > 1e-6]
    if sum(one.wanted.size for one in telling) < 2 or any(
        one.found.shape != one.wanted.shape for one in cases
    ):
        return ""
    factors = [float((one.found * one.wanted).sum() / np.square(one.wanted).sum()) for one in telling]
    scaled = dict(zip(map(id, telling), factors, strict=True))
    if not all(abs(factor) > 1e-3 for factor in factors):
        return ""
    if not all(_same(one.found, scaled.get(id(one), 1) * one.wanted) for one in cases):
        return ""
    if np.ptp(factors) <= 1e-3 * abs(factors[0]):
        shared = f"{_number(factors[0])} the expected one in every case"
        sizes = [size for size, _ in _by_size(telling, factors)]
        # Sizes that are the same in every case may be so by chance: said as what they are, not as the reason.
        whole = round(max(abs(factors[0]), 1 / abs(factors[0])))
        return shared + (f", and {whole} is {sizes[0]} in each" if sizes and whole > 2 else "")
    for size, divided in _by_size(telling, factors):
        return f"the expected one {'divided' if divided else 'multiplied'} by {size}"
    return ""


def _by_size(cases: Sequence[Asked], factors: Sequence[float]) -> Iterator[tuple[str, bool]]:
    """The sizes which the factors, or one divided by them, equal in every case."""
    for size in sorted(
        set.intersection(*(set(one.sizes) for one in cases)), key=lambda name: (len(name), name)
    ):
        numbers = np.array([one.sizes[size] for one in cases], dtype=np.float64)
        if np.allclose(factors, numbers, rtol=1e-3):
            yield size, False
        elif np.allclose(np.multiply(factors, numbers), 1, rtol=1e-3):
            yield size, True


def _number(factor: float) -> str:
    """`minus`, `2 times`, `1/3 of`, `ln 2 times`, `0.37 times`."""
    sign, size = ("minus " if factor < 0 else ""), abs(factor)
    if math.isclose(size, 1, rel_tol=1e-3):
        return sign.strip()
    for constant, name in _CONSTANTS.items():
        if math.isclose(size, constant, rel_tol=1e-4):
            return f"{sign}{name} times"
    for whole in (size, 1 / size):
        if whole < 1000 and math.isclose(whole, round(whole), rel_tol=1e-3) and round(whole) > 1:
            return f"{sign}{round(whole)} times" if whole == size else f"{sign}1/{round(whole)} of"
    return f"{sign}{size:.3g} times"


def _offset(cases: Sequence[Asked]) -> str:
    if any(one.found.shape != one.wanted.shape for one in cases):
        return ""
    if sum(one.wanted.size for one in cases) < 3:
        return ""
    apart = [float((one.found - one.wanted).mean()) for one in cases]
    holds = all(_same(one.found - gap, one.wanted) for one, gap in zip(cases, apart, strict=True))
    if not holds or np.ptp(apart) > 1e-3 * abs(apart[0]) or all(_flat(one.found) for one in cases):
        return ""
    return f"{abs(apart[0]):.3g} too {'large' if apart[0] > 0 else 'small'} everywhere, in every case"


def _flat(values: Array) -> bool:
    return values.size > 1 and float(np.ptp(values)) <= 1e-6 * float(np.abs(values).max())


def _transposed(cases: Sequence[Asked]) -> str:
    holds = all(one.wanted.ndim == 2 and _same(one.found, one.wanted.T) for one in cases)
    return "the expected one transposed, rows in place of columns" if holds else ""


def _reordered(cases: Sequence[Asked]) -> str:
    if any(one.found.shape != one.wanted.shape or not one.wanted.ndim for one in cases):
        return ""
    if not all(_same(_in_order(one.found), _in_order(one.wanted)) for one in cases):
        return ""
    return (
        "right, but its rows are in another order" if cases[0].wanted.ndim > 1 else "right, in another order"
    )


def _in_order(rows: Array) -> Array:
    flat = rows.reshape(len(rows), -1)
    keys = flat.round(4 - int(np.floor(np.log10(np.abs(flat).max() + 1e-30))))
    return flat[np.lexsort(keys.T[::-1])]


_RESHAPED = (_transposed, _reordered)


def _by(function: Callable[[Array], Array], words: str) -> Callable[[Sequence[Asked]], str]:
    def told(cases: Sequence[Asked]) -> str:
        with np.errstate(all="ignore"):
            made = [function(one.wanted) for one in cases]
        if not all(np.isfinite(values).all() for values in made):
            return ""
        # Two numbers at least that are not the same: else it is chance, or nothing.
        if all(_flat(values) or values.size < 2 for values in made) and len(made) < 2:
            return ""
        holds = all(
            values.shape == one.found.shape and _same(one.found, values)
            for one, values in zip(cases, made, strict=True)
        )
        return words if holds else ""

    return told


def _softmax(values: Array) -> Array:
    if not values.ndim:
        return np.full((), np.nan)
    raised = np.exp(values - values.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


_FUNCTIONS = (
    _by(np.square, "the square of the expected one, in every case"),
    _by(np.sqrt, "the square root of the expected one, in every case"),
    _by(np.abs, "the expected one without its sign, in every case"),
    _by(lambda values: values.clip(0), "the expected one with all that is below zero cut off"),
    _by(np.exp, "e to the power of the expected one, in every case"),
    _by(np.log, "the logarithm of the expected one, in every case"),
    _by(_softmax, "the softmax of the expected one over its last dimension"),
    _by(
        lambda values: np.log(_softmax(values)), "the log-softmax of the expected one over its last dimension"
    ),
)


def _not_finite(name: str, cases: Sequence[Asked], wrong: Sequence[bool]) -> str:
    """No number at all, in every case or in all those of one kind that are wrong."""
    odd = [one.found[~np.isfinite(one.found)] for one in cases]
    kinds = {"NaN" if np.isnan(value) else "infinite" for values in odd for value in values}
    what = " or ".join(sorted(kinds))
    if all(values.size for values in odd):
        whole = all(values.size == one.found.size for values, one in zip(odd, cases, strict=True))
        told = f"Your {said(name)} {'is' if whole else 'has values that are'} {what} in every case"
        return f"{told}: is there a division by 0, or the logarithm or root of what is not above 0?"
    told = _kind(name, cases, wrong) if [bool(values.size) for values in odd] == list(wrong) else ""
    return f"{told.removesuffix('.')}: there it is {what}." if told else ""


def _kind(name: str, cases: Sequence[Asked], wrong: Sequence[bool]) -> str:
    """Right but for cases of one kind: those in which something has size one."""
    shared = set.intersection(*(set(one.sizes) for one in cases))
    for size in sorted(shared, key=lambda name: (len(name), name)):
        if all((one.sizes[size] == 1) == is_wrong for one, is_wrong in zip(cases, wrong, strict=True)):
            return f"Your {said(name)} is right but for cases in which {size} is 1."
    return ""
