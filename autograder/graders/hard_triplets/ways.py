"""An answer that was asked for in several ways."""

from collections.abc import Sequence

import numpy as np

from autograder.judging import Observed, assert_close, assert_that


def assert_right_in_a_way(
    answer: Observed,
    expected: Observed,
    name: str,
    ways: Sequence[str],
    *,
    hint: str,
    rtol: float = 1e-3,
    atol: float = 1e-5,
) -> None:
    """The values called `name` are right in one of the ways; `""` is the one with nothing but the student's
    own.

    The message is about the first way that has values.
    """
    names = ["_".join(filter(None, (name, way))) for way in ways]
    asked = [one for one in names if answer[one] is not None]
    assert_that(bool(asked), hint, "there is no value.")
    if not is_right(answer, expected, asked, rtol, atol):
        wanted = expected.array(asked[0])
        assert_close(answer.array(asked[0], hint=hint), wanted, rtol=rtol, atol=atol, hint=hint)


def is_right(
    answer: Observed, expected: Observed, names: Sequence[str], rtol: float = 1e-3, atol: float = 1e-5
) -> bool:
    """Whether the values under one of the names are those expected."""
    pairs = ((answer[name], expected.array(name)) for name in names)
    return any(
        isinstance(found, np.ndarray)
        and found.shape == wanted.shape
        and np.allclose(found, wanted, rtol=rtol, atol=atol)
        for found, wanted in pairs
    )
