"""IPython's syntax goes, line numbers stay, and Python is left alone."""

import ast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from IPython.core.inputtransformer2 import TransformerManager

from autograder.submission.magics import without_magics


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("!pip install torch\nx = 1", "pass\nx = 1"),
        ("if True:\n    !ls\n    x = 1", "if True:\n    pass\n    x = 1"),
        ("files = !ls", "files = None"),
        ("here = %pwd", "here = None"),
        ("%time x = f()", "x = f()"),
        ("out = %time f(1)", "out = f(1)"),
        ("for i in y:\n    %time f(i)", "for i in y:\n    f(i)"),
        ("%timeit f()", "pass"),
        ("%%time\nx = 1\n!ls", "\nx = 1\npass"),
        ("\n%%capture out\nx = 1", "\n\nx = 1"),
        ("%%bash\ncd /\nls", "\n\n"),
        ("%%writefile x.py\nimport os", "\n"),
        ("?print", "pass"),
        ("torch.nn?", "pass"),
        ("f??", "pass"),
        ("!pip install \\\n  torch \\\n  numpy\nx = 1", "pass\n\n\nx = 1"),
        ("    x = 1\n    !ls", "x = 1\npass"),
        ("get_ipython().run_line_magic('matplotlib', 'inline')", "pass"),
        ("x = get_ipython().getoutput('ls')", "x = None"),
    ],
)
def test_magics_go(source: str, plain: str) -> None:
    assert without_magics(source) == plain


@pytest.mark.parametrize(
    "source",
    [
        "text = '''\n!ls\n%magic\nreally?\n'''",
        'text = """a "quoted\n!ls\n"""',
        "x = (1\n    % 2)",
        "x = 5 \\\n% 3",
        "d = {'a': 1,  # don't {\n     'b': 2}\nx = 7 \\\n%2",
        "f'''{x!r}\n!ls'''",
        "ok = '#'\nx = [1,\n%s\n]",
        "assert a != b",
        "x = 'what?'  # really?",
        "def f():\n    return 1\n",
        "s = 'it\\'s'\nt = (s\n%s)",
    ],
)
def test_python_stays(source: str) -> None:
    assert without_magics(source) == source


@pytest.mark.parametrize(
    "source",
    [
        "%matplotlib inline\nx = 1",
        "x = !ls\ny = '''\n!no\n'''",
        "def f():\n    !ls\n    return {\n'a':\n  3 %\n2}",
        "f?\nx = 1",
        "text = '%s' \\\n% 3\n!ls",
    ],
)
def test_ipython_finds_the_same_magics(source: str) -> None:
    theirs = TransformerManager().transform_cell(source).rstrip("\n").split("\n")
    found = ["get_ipython()" in line for line in theirs]
    assert [
        ours != line
        for ours, line in zip(without_magics(source).split("\n"), source.split("\n"), strict=True)
    ] == found


@pytest.mark.parametrize("end", [")" + " " * 300_000, ")" * 300_000, ") " * 150_000, " ;" * 150_000])
@pytest.mark.parametrize("start", ["", "x = "])
def test_a_call_that_goes_on_for_ever_is_read_once(start: str, end: str) -> None:
    """By the square of its length this would take minutes."""
    source = f"{start}get_ipython().x{end}x"
    assert without_magics(source) == source


FRAGMENTS = st.sampled_from(
    [
        "!ls",
        "%time f()",
        "%%time",
        "x = !ls",
        "'''",
        '"""',
        "'",
        '"',
        "(",
        ")",
        "[",
        "]",
        "{",
        "#",
        "\\",
        "?",
        "f?",
        "x = 1",
        "    ",
        "\n",
        "\n",
        "\t",
        "\x0c",
        "\x00",
        "é",
        "%",
        "%%bash",
        "get_ipython().system('x')",
    ]
)


@given(st.lists(FRAGMENTS, max_size=30).map("".join) | st.text(max_size=60))
@example("\\")
@example("'''\\")
def test_any_source_keeps_its_lines(source: str) -> None:
    assert without_magics(source).count("\n") == source.count("\n")


@given(st.lists(FRAGMENTS, max_size=30).map("".join).filter(lambda source: "get_ipython" not in source))
def test_what_is_python_means_the_same(source: str) -> None:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    assert ast.dump(ast.parse(without_magics(source))) == ast.dump(tree)


@pytest.mark.parametrize(
    "piece", [" ", "?", "= ", "a, ", "\\", "'", '"""', "x = !", "((", "%time ", "get_ipython()."]
)
def test_a_megabyte_is_read_in_no_time(piece: str) -> None:
    # A scan that is not linear would take hours.
    assert without_magics(f"!ls\n{piece * (1_000_000 // len(piece))}\nx").startswith("pass\n")
