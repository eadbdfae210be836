"""The built notebook: no reference answer in it, the same bytes every time, and check cells that work."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograder.authoring.build import planned, stale
from autograder.authoring.master import AuthoringError, read_master
from autograder.authoring.notebook import solved_notebook, student_notebook
from autograder.course.layout import Assignment

MASTER = """\
# %% [markdown] id="title"
# # A lab

# %% id="imports" tags=["given"]
import math

# %% [markdown] id="task-1-1"
# ## 1.1 Words (5 points, medium, 10 minutes)

# %% [markdown] id="answer-1-1" tags=["written", "task-1.1"]
# In your own words:
#
# <!-- BEGIN SOLUTION -->
# SECRET words
#
# SECRET more
# <!-- END SOLUTION -->

# %% id="answer-1-2" tags=["task-1.2", "task-1.3"]
class Both:
    def two(self):
        # TODO 1.2: think
        # BEGIN SOLUTION
        SECRET = 2
        return SECRET
        # END SOLUTION

    def three(self):
        # TODO 1.3: think
        # BEGIN SOLUTION
        return "SECRET"
        # END SOLUTION

# %% id="train" tags=["skip"]
result = Both().two()
"""


def cells(notebook: str) -> dict[str, Any]:
    return {cell["id"]: cell for cell in json.loads(notebook)["cells"]}


def source(notebook: str, cell: str) -> str:
    return "".join(cells(notebook)[cell]["source"])


@pytest.fixture
def student() -> str:
    return student_notebook(read_master(Path("x.py"), MASTER), "x")


def test_solutions_become_what_says_that_one_is_missing(student: str) -> None:
    assert "SECRET" not in student
    assert "SOLUTION" not in student
    assert source(student, "answer-1-1") == "In your own words:\n\n*Your answer here.*"
    assert source(student, "answer-1-2") == (
        "class Both:\n"
        "    def two(self):\n"
        "        # TODO 1.2: think\n"
        '        raise NotImplementedError("TODO 1.2")\n'
        "\n"
        "    def three(self):\n"
        "        # TODO 1.3: think\n"
        '        raise NotImplementedError("TODO 1.3")'
    )


def test_the_solved_notebook_has_the_same_cells(student: str) -> None:
    solved = solved_notebook(read_master(Path("x.py"), MASTER), "x")
    assert list(cells(solved)) == list(cells(student))
    assert "SOLUTION" not in solved
    namespace: dict[str, Any] = {}
    exec(source(solved, "answer-1-2"), namespace)
    assert (namespace["Both"]().two(), namespace["Both"]().three()) == (2, "SECRET")
    assert "SECRET words" in source(solved, "answer-1-1")


def test_cells_stand_where_they_should(student: str) -> None:
    assert list(cells(student)) == [
        "title", "check-setup", "imports", "task-1-1", "answer-1-1",
        "answer-1-2", "check-1-2", "check-1-3", "train", "check-all", "check-export",
    ]  # fmt: skip
    checks = [name for name, cell in cells(student).items() if cell["metadata"].get("tags") == ["check"]]
    assert checks == ["check-setup", "check-1-2", "check-1-3", "check-all", "check-export"]
    assert source(student, "check-1-2") == 'grader.check("1.2")'
    assert cells(student)["train"]["metadata"] == {"tags": ["skip"]}
    assert cells(student)["imports"]["metadata"] == {
        "cellView": "form", "jupyter": {"source_hidden": True}, "tags": ["given"],
    }  # fmt: skip


def test_the_check_cell_follows_the_last_cell_of_its_task() -> None:
    text = '# %% id="a" tags=["task-1"]\n1\n\n# %% id="b"\n2\n\n# %% id="c" tags=["task-1"]\n3\n'
    built = list(cells(student_notebook(read_master(Path("x.py"), text), "x")))
    assert built == ["check-setup", "a", "b", "c", "check-1", "check-all", "check-export"]


def test_the_notebook_is_valid_and_clean(student: str) -> None:
    notebook = nbformat.reads(student, as_version=4)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert set(notebook.metadata) == {"kernelspec", "language_info", "few_label_labs"}
    assert all(not cell.get("outputs") for cell in notebook.cells)
    assert student.endswith("}\n")


@pytest.mark.slow
def test_the_same_bytes_under_any_hash_seed(student: str, tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text(MASTER)
    program = (
        "import sys; from pathlib import Path\n"
        "from autograder.authoring.master import read_master\n"
        "from autograder.authoring.notebook import student_notebook\n"
        "sys.stdout.write(student_notebook(read_master(Path('x.py')), 'x'))"
    )
    for seed in ("1", "2"):
        built = subprocess.run(
            [sys.executable, "-c", program],
            cwd=tmp_path, env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True,
        )  # fmt: skip
        assert built.stdout == student.encode()


def built_or_refused(text: str) -> str:
    try:
        return student_notebook(read_master(Path("x.py"), text), "x")
    except AuthoringError as error:
        return str(error)


LINES = st.sampled_from(
    [
        "# BEGIN SOLUTION",
        "# END SOLUTION",
        "    # BEGIN SOLUTION",
        "    # END SOLUTION",
        "# begin solution",
        "#BEGIN SOLUTION",
        "# BEGIN  SOLUTION",
        "x = 1  # BEGIN SOLUTION",
        "# BEGIN SOLUTION:",
        "SECRET",
        "    SECRET",
        "# SECRET",
        '"""',
        "",
        "'''",
        "# %% ",
        '# %% id="other" tags=["task-1.1"]',
        "# %time SECRET",
        "\tSECRET",
        "\\",
        "# <!-- BEGIN SOLUTION -->",
        "# <!-- END SOLUTION -->",
        '# %% [markdown] id="w" tags=["task-2", "written"]',
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(LINES, max_size=14))
@example(["# BEGIN SOLUTION", '"""', "SECRET", "# END SOLUTION"])
@example(["# BEGIN SOLUTION", "SECRET", "# END SOLUTION", "# BEGIN SOLUTION", "SECRET"])
def test_no_nest_of_markers_leaks_a_line(lines: list[str]) -> None:
    # Every SECRET that no pair of markers encloses is renamed: those may be seen.
    inside = False
    written = []
    for line in lines:
        written.append(line if inside else line.replace("SECRET", "public"))
        inside = re.search("begin *solution", line, re.I) is not None or (
            inside and re.search("end *solution", line, re.I) is None
        )
    text = '# %% id="first" tags=["task-1.1"]\n' + "\n".join(written) + "\n"
    seen = built_or_refused(text)
    assert "SECRET" not in seen
    assert "SOLUTION" not in seen or re.match(r"x\.py:\d+: ", seen)


def test_planned_files_and_what_is_stale_of_them(tmp_path: Path) -> None:
    lab = Assignment(tmp_path, "x")
    for path in (lab.master, lab.rubric, lab.notebook):
        path.parent.mkdir(parents=True)
    lab.master.write_text(MASTER.split("# %% [markdown] id=\"task-1-1\"")[0] + (
        '# %% [markdown] id="task-2"\n# ## 2 Code (3 points, medium, 10 minutes)\n\n'
        '# %% id="a" tags=["task-2"]\n# BEGIN SOLUTION\nx = 1\n# END SOLUTION\n'
    ))  # fmt: skip
    lab.rubric.write_text('title = "X"\n[tasks."2"]\ntitle = "Code"\nkind = "code"\npoints = 3\n')
    plan = planned(lab, {"2"})
    assert list(plan) == stale(plan) == [lab.notebook]
    for path, text in plan.items():
        path.write_text(text)
    assert stale(planned(lab, {"2"})) == []
    lab.notebook.write_bytes(lab.notebook.read_bytes() + b"\n")
    assert stale(plan) == [lab.notebook]
    with pytest.raises(AuthoringError, match="has no grader"):
        planned(lab, set())
