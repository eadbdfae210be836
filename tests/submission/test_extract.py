"""Notebooks of every sort become the right cells, or one sentence; nothing else is ever raised."""

import ast
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.authoring.master import read_master
from autograder.authoring.notebook import student_notebook
from autograder.course.layout import CourseError
from autograder.submission import Cell
from autograder.submission.extract import cells_from_notebook, cells_from_python, read_notebook
from autograder.submission.kinds import UnreadableError
from autograder.submission.policy import policy_of

MASTER = """\
# %% [markdown] id="task-1-1"
# ## 1.1 Words

# %% [markdown] id="answer-1-1" tags=["written", "task-1.1"]
# <!-- BEGIN SOLUTION -->
# words
# <!-- END SOLUTION -->

# %% [markdown] id="task-1-2"
# ## 1.2 Code

# %% id="answer-1-2" tags=["task-1.2"]
def one():
    # BEGIN SOLUTION
    return 1
    # END SOLUTION

# %% id="train" tags=["skip"]
result = [one() for _ in range(10)]
"""
BUILT = student_notebook(read_master(Path("x.py"), MASTER), "x")
POLICY = policy_of(BUILT)


def built() -> dict[str, Any]:
    return json.loads(BUILT)  # type: ignore[no-any-return]


def cell_of(notebook: dict[str, Any], name: str) -> dict[str, Any]:
    return next(cell for cell in notebook["cells"] if cell["id"] == name)


def cells_of(notebook: Any) -> tuple[Cell, ...]:
    return cells_from_notebook(json.dumps(notebook).encode(), "x.ipynb", POLICY)


def code(source: str, **more: Any) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "metadata": {},
        "source": source,
        "outputs": [],
        "execution_count": None,
    } | more


def test_the_policy_of_a_built_notebook() -> None:
    assert POLICY.assignment == "x"
    assert POLICY.check_ids == {"check-setup", "check-1-2", "check-all", "check-export"}
    assert POLICY.skip_ids == {"train"}
    assert POLICY.written_ids == {"answer-1-1": "1.1"}
    with pytest.raises(CourseError, match="autograder build"):
        policy_of("{")


def test_check_cells_go_but_count_and_training_is_only_defined() -> None:
    cells = cells_of(built())
    assert [(cell.label, cell.definitions_only) for cell in cells] == [
        ("x.ipynb, cell 2", False),
        ("x.ipynb, cell 4", True),
    ]
    assert cells[0].source == 'def one():\n    raise NotImplementedError("TODO 1.2")'


def test_cells_added_moved_and_split_run() -> None:
    notebook = built()
    moved = notebook["cells"].pop()
    answer = cell_of(notebook, "answer-1-2")
    answer["source"] = "def one():\n    return two() // 2"
    notebook["cells"] = [moved, *notebook["cells"], code("def two():\n    return 2", id="own")]
    assert [(cell.number, cell.source.split("\n")[0]) for cell in cells_of(notebook)] == [
        (3, "def one():"),
        (5, "result = [one() for _ in range(10)]"),
        (7, "def two():"),
    ]


@pytest.mark.parametrize("lost", ["tags", "ids", "both"])
def test_editors_may_drop_ids_and_tags(lost: str) -> None:
    notebook = built()
    for cell in notebook["cells"]:
        if lost != "ids":
            cell["metadata"] = {}
        if lost != "tags":
            del cell["id"]
    cell_of_answer = next(c for c in notebook["cells"] if "Your answer here" in "".join(c["source"]))
    cell_of_answer["source"] = "Forty-two."
    work = read_notebook(json.dumps(notebook).encode(), "x.ipynb", POLICY)
    assert [(cell.number, cell.definitions_only) for cell in work.cells] == [(2, False), (4, True)]
    assert work.written.answers == {"1.1": "Forty-two."}


def test_colab_keeps_ids_in_the_metadata() -> None:
    notebook = built()
    for cell in notebook["cells"]:
        cell["metadata"] = {"id": cell.pop("id")}
    cell = next(cell for cell in notebook["cells"] if cell["metadata"]["id"] == "train")
    cell["source"] = "result = [one() for _ in range(10_000)]"
    assert [cell.definitions_only for cell in cells_of(notebook)] == [False, True]


def test_an_answer_in_a_check_cell_is_not_lost() -> None:
    notebook = built()
    cell_of(notebook, "check-1-2")["source"] = 'def one():\n    return 1\n\ngrader.check("1.2")'
    cell_of(notebook, "check-all")["source"] = "grader.check_all()  # at last"
    assert [(cell.number, cell.definitions_only) for cell in cells_of(notebook)] == [
        (2, False),
        (3, True),
        (4, True),
    ]


def test_written_answers() -> None:
    def written(notebook: dict[str, Any]) -> dict[str, str]:
        return read_notebook(json.dumps(notebook).encode(), "x.ipynb", POLICY).written.answers

    notebook = built()
    assert written(notebook) == {"1.1": ""}  # left as it was
    answer = cell_of(notebook, "answer-1-1")
    answer["source"] = ["*Your answer here.*\n", "First."]
    at = notebook["cells"].index(answer)
    notebook["cells"].insert(at + 1, answer | {"id": "split", "source": "Second."})
    assert written(notebook) == {"1.1": "First.\n\nSecond."}
    del notebook["cells"][at : at + 2]  # the next question is no answer
    assert written(notebook) == {}


def test_version_3_has_worksheets_and_inputs() -> None:
    cells = [{"cell_type": "code", "input": ["x = 1\n", "y = 2"]}, {"cell_type": "heading", "source": "hi"}]
    notebook = {"nbformat": 3, "worksheets": [{"cells": cells}, None]}
    assert cells_of(notebook) == (Cell("x.ipynb", 1, "x = 1\ny = 2"),)


def test_line_ends_marks_and_surrogates() -> None:
    data = b"\xef\xbb\xbf" + json.dumps({"cells": [code("x = 1\r\ny = '\ud800'\r!ls")]}).encode()
    cells = cells_from_notebook(data, "x.ipynb", POLICY)
    assert cells[0].source == "x = 1\ny = '?'\npass"


def test_outputs_are_not_kept() -> None:
    notebook = {"cells": [code("x = 1", outputs=[{"text": "o" * 1_000_000}])]}
    assert len(repr(cells_of(notebook))) < 200


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"{]}", "no valid JSON (line 1)"),
        (b'{"cells": [{"cell_type": "code", "sour', "it ends in the middle"),
        (b"{\0}\0", "no list of cells"),  # UTF-16 without its mark
        (b"[1]", "its JSON is no object"),
        (b"{}", "no list of cells"),
        (b'{"cells": 3}', "no list of cells"),
        (b"\xff{}", "not UTF-8 text"),
        (b"\xff\xfe{\x00}\x00", "no list of cells"),  # UTF-16 with its mark
        (b"<!DOCTYPE html><p>", "is a web page that was saved under this name"),
        (b'{\n<<<<<<< HEAD\n "cells": []\n=======\n', "half a merge of git's"),
        (b"version https://git-lfs.github.com/spec/v1\n", "a pointer that Git LFS leaves"),
        (b"\0" * 40_000, "nothing but zero bytes"),
        (b"%PDF-1.7", "is a PDF. Hand in the notebook itself."),
        (b"[" * 100_000, "nested too deeply"),
        (b"1" * 5_000, "no valid JSON"),
        (b"[]," * 10_000_001, "too large"),
    ],
)
def test_what_is_no_notebook_is_one_sentence(data: bytes, told: str) -> None:
    with pytest.raises(UnreadableError) as raised:
        cells_from_notebook(data, "x.ipynb", POLICY)
    assert str(raised.value).startswith("x.ipynb ")
    assert told in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_plain_python_file_is_one_cell() -> None:
    assert cells_from_python(b"import os\r\n!ls\n", "m.py", POLICY) == (
        Cell("m.py", None, "import os\npass\n"),
    )
    assert cells_from_python(b"", "m.py", POLICY)[0].label == "m.py"
    with pytest.raises(UnreadableError, match=r"m\.py is not UTF-8 text"):
        cells_from_python(b"\xff", "m.py", POLICY)


def test_checks_go_from_a_file_that_nothing_divides() -> None:
    built = json.loads(BUILT)["cells"]
    sources = ["".join(cell["source"]) for cell in built if cell["cell_type"] == "code"]
    text = "\n\n".join(sources)
    (cell,) = cells_from_python(text.encode(), "m.py", POLICY)
    assert "grader" not in cell.source
    assert "open_lab" not in cell.source
    assert cell.source.split("\n").index("def one():") == text.split("\n").index("def one():")


def test_a_first_cell_with_a_folder_of_data_opens_nothing_where_it_is_graded() -> None:
    notebook = json.loads(BUILT)
    source = "".join(cell_of(notebook, "check-setup")["source"]).replace('DATA = ""', 'DATA = "/data"')
    cell_of(notebook, "check-setup")["source"] = source
    first = cells_from_notebook(json.dumps(notebook).encode(), "m.ipynb", POLICY)[0]
    assert first.definitions_only
    assert not [one for one in ast.parse(first.source).body if isinstance(one, ast.Import | ast.ImportFrom)]


@pytest.mark.parametrize(
    "text",
    [
        'x = 0\n# %% [markdown] id="t"\n# words\n# %% id="answer-1-2"\ndef one():\n    return 1\n'
        '# %% id="train" tags=["skip"]\nlong()\n# %% tags=["check"]\ngrader.check("1.2")\n'
        '# %%\ngrader.check("1.2")\n',
        "x = 0\n\n\n# In[2]:\ndef one():\n    return 1\n# In[ ]:\nresult = [one() for _ in range(10)]\n\n\n"
        '# In[4]:\n\ngrader.check("1.2")\n',
    ],
)
def test_an_exported_notebook_keeps_its_cells_and_lines(text: str) -> None:
    cells = cells_from_python(text.encode(), "m.py", POLICY)
    assert [cell.definitions_only for cell in cells] == [False, False, True]
    for cell, first in zip(cells, ["x = 0", "def one():", None], strict=True):
        assert cell.number is None
        if first:
            assert cell.source.split("\n").index(first) == text.split("\n").index(first)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


def mutated(notebook: Any, values: list[Any], seed: int) -> Any:
    """The notebook with random places replaced by random values."""
    chance = random.Random(seed)
    for value in values:
        place, key = None, None
        here = notebook
        while isinstance(here, dict | list) and here and chance.random() < 0.9:
            place, key = here, chance.choice(list(here) if isinstance(here, dict) else range(len(here)))
            here = here[key]
        if place is not None:
            place[key] = value
    return notebook


def read_or_refused(data: bytes) -> str:
    """What came of it, as text that any encoder takes."""
    try:
        work = read_notebook(data, "x.ipynb", POLICY)
    except UnreadableError as error:
        return str(error)
    written = json.dumps([work.written.answers, work.written.nearby], ensure_ascii=False)
    return "x.ipynb " + "".join(cell.source for cell in work.cells) + written


@given(st.lists(JSON, max_size=6), st.integers())
def test_a_mutated_notebook_gives_cells_or_a_sentence(values: list[Any], seed: int) -> None:
    data = json.dumps(mutated(built(), values, seed)).encode()
    assert read_or_refused(data).encode().startswith(b"x.ipynb ")


@given(st.binary(max_size=200), st.integers(0, len(BUILT)), st.integers(0, 50))
def test_a_broken_notebook_gives_cells_or_a_sentence(junk: bytes, at: int, cut: int) -> None:
    data = BUILT.encode()
    assert read_or_refused(data[:at] + junk + data[at + cut :]).encode().startswith(b"x.ipynb ")
