"""Code of a newer Python runs in this one where it can be said in older words; else its version is told."""

import sys

import pytest

from autograder.submission.newer import for_this_python, newer_python

OLD = pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python reads it as it is")


@OLD
@pytest.mark.parametrize(
    ("newer", "older"),
    [
        ('x = f"{d["a"]}"', "x = f\"{d['a']}\""),
        (
            "x = f'{d['a']} and {{}} {e['b']!r:>{w['c']}}' + 'z'",
            'x = f\'{d["a"]} and {{}} {e["b"]!r:>{w["c"]}}\' + \'z\'',
        ),
        ("type Image = int | str\nx = 1", "Image = int | str\nx = 1"),
        ("from typing import Any, override", "from typing_extensions import Any, override"),
        (
            "from typing import (\n    override as o,\n    Any,\n)",
            "from typing_extensions import (\n    override as o,\n    Any,\n)",
        ),
    ],
)
def test_what_can_be_said_in_older_words_is(newer: str, older: str) -> None:
    assert for_this_python(newer) == older
    compile(older, "x", "exec")


@pytest.mark.parametrize(
    "source",
    [
        'x = f"{d[0]}"',
        "type = 3\ntype (x)",
        "from typing import Any as typing",
        "def f(:\n    pass",
        "x = '''f\"{a[\"b\"]}\"'''",
    ],
)
def test_everything_else_stays_as_it_is(source: str) -> None:
    assert for_this_python(source) == source


@OLD
def test_what_cannot_is_told_with_its_version() -> None:
    line, told = newer_python("x = 1\ndef first[T](xs: list[T]) -> T:\n    return xs[0]") or (0, "")
    assert line == 2
    assert "Only Python 3.12 and later reads this line" in told
    assert "type parameters" in told
    assert newer_python("def f(:") is None
    assert newer_python("x = 1") is None
