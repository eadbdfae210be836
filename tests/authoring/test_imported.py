"""A notebook for Otter or nbgrader becomes the beginning of a lab, and what is left is said."""

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from autograder.authoring.build import planned
from autograder.authoring.imported.asked import asked_by
from autograder.authoring.imported.files import lab_files, read_imported
from autograder.authoring.imported.parts import Test
from autograder.authoring.imported.regions import marked
from autograder.authoring.skeleton import new_assignment, write_lab
from autograder.course.layout import Assignment, CourseError
from autograder.course.rubric import read_rubric
from autograder.grading.expectations_file import grader_tasks

OTTER = [
    new_raw_cell("# ASSIGNMENT CONFIG\nfiles: [prices.csv]"),
    new_markdown_cell("# Shapes"),
    new_code_cell("import math\n%matplotlib inline"),
    new_raw_cell("# BEGIN QUESTION\nname: area\npoints: 4"),
    new_markdown_cell("**Question.** The area of a rectangle."),
    new_raw_cell("# BEGIN SOLUTION"),
    new_code_cell('def area(a, b):\n    """Of a rectangle."""\n    return a * b # SOLUTION'),
    new_raw_cell("# END SOLUTION"),
    new_raw_cell("# BEGIN TESTS"),
    new_code_cell("area(2, 3) == 6"),
    new_code_cell(
        '""" # BEGIN TEST CONFIG\nhidden: true\n""" # END TEST CONFIG\n'
        "def test_more(area):\n    assert math.isclose(area(1.5, 4), 6)\n"
        "    assert isinstance(area(1, 1), int)\n\ntest_more(area)  # IGNORE"
    ),
    new_raw_cell("# END TESTS"),
    new_raw_cell("# END QUESTION"),
    new_raw_cell("# BEGIN QUESTION\nname: why\nmanual: true"),
    new_raw_cell("# BEGIN SOLUTION"),
    new_markdown_cell("**SOLUTION:** Since rows and columns multiply."),
    new_raw_cell("# END SOLUTION"),
    new_raw_cell("# END QUESTION"),
    new_raw_cell("# BEGIN QUESTION\nname: untested"),
    new_raw_cell("# BEGIN SOLUTION"),
    new_code_cell("# BEGIN SOLUTION NO PROMPT\nside = 3\n# END SOLUTION"),
    new_raw_cell("# END SOLUTION"),
    new_raw_cell("# END QUESTION"),
]


def _cell(cell: Any, **about: Any) -> Any:
    cell.metadata["nbgrader"] = {"schema_version": 3, "grade": False, "solution": False, **about}
    return cell


NBGRADER = [
    new_markdown_cell("Write `roots`."),
    _cell(
        new_code_cell(
            "def roots(n):\n    ### BEGIN SOLUTION\n    if n < 0:\n        raise ValueError(n)\n"
            "    return [i ** 0.5 for i in range(n)]\n    ### END SOLUTION"
        ),
        solution=True,
        grade_id="roots",
    ),
    _cell(
        new_code_cell(
            "for n in (1, 2):\n    assert len(roots(n)) == n\n### BEGIN HIDDEN TESTS\n"
            "try:\n    roots(-1)\nexcept ValueError:\n    pass\nelse:\n    raise AssertionError\n"
            "### END HIDDEN TESTS"
        ),
        grade=True,
        points=3,
        grade_id="test_roots",
    ),
    _cell(
        new_code_cell("old = roots\ndel roots\nroots = old"),
        grade=True,
        points=1,
        grade_id="test_patched",
    ),
    _cell(new_markdown_cell("They grow."), grade=True, solution=True, points=2, grade_id="growth"),
]


def begun(cells: list[Any], tmp_path: Path) -> tuple[Assignment, list[str]]:
    nbformat.write(new_notebook(cells=cells), tmp_path / "theirs.ipynb")
    lab = new_assignment(tmp_path / "course", "shapes")
    texts, todo = lab_files(read_imported(tmp_path / "theirs.ipynb"), lab)
    write_lab(texts)
    return lab, todo


def cases(folder: Path) -> list[str]:
    return [json.loads(path.read_text())["asked"] for path in sorted(folder.glob("*.json"))]


def test_an_otter_notebook_becomes_a_lab_that_can_be_planned(tmp_path: Path) -> None:
    lab, todo = begun(OTTER, tmp_path)
    rubric = read_rubric(lab.rubric)
    assert [(of.title, of.kind, of.points) for of in rubric.tasks.values()] == [
        ("Area", "code", 4),
        ("Why", "written", 1),
        ("Untested", "written", 1),
    ]
    assert cases(lab.sample_dir) == ["area(2, 3)"]
    assert cases(lab.secret_dir) == ["area(1.5, 4)"]
    notebook = planned(lab, grader_tasks(lab))[lab.notebook]
    assert "The area of a rectangle" in notebook
    assert "a * b" not in notebook
    assert "multiply" not in notebook
    told = "\n".join(todo)
    assert "assert isinstance(area(1, 1), int)" in told
    assert "prices.csv" in told
    assert "untested: none of its tests" in told


def test_an_nbgrader_notebook_becomes_a_lab_that_can_be_planned(tmp_path: Path) -> None:
    lab, todo = begun(NBGRADER, tmp_path)
    assert [of.points for of in read_rubric(lab.rubric).tasks.values()] == [4, 2]
    assert cases(lab.sample_dir) == ["[len(roots(n)) for n in (1, 2)]"]
    assert cases(lab.secret_dir) == ["raised(lambda: roots(-1))"]
    assert "range(n)" not in planned(lab, grader_tasks(lab))[lab.notebook]
    assert any("del roots" in sentence for sentence in todo)


@pytest.mark.long
def test_what_was_imported_verifies_at_once(tmp_path: Path, run: Any) -> None:
    for name, cells in (("otter", OTTER), ("nbgrader", NBGRADER)):
        nbformat.write(new_notebook(cells=cells), tmp_path / f"{name}.ipynb")
        assert run(tmp_path, "import", f"{name}.ipynb", "--as", name).returncode == 0
    built = run(tmp_path, "build")
    assert built.returncode == 0, built.stderr
    verified = run(tmp_path, "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert verified.stdout.count("reference 4/4 · stub 0") == 2


@pytest.mark.parametrize(
    ("source", "asked"),
    [
        ("assert f(2) == 4 and f(3) != 9", ["f(2)", "f(3)"]),
        ("assert abs(f(2) - 4.0) < 1e-6", ["f(2)"]),
        ("np.testing.assert_allclose(f(x), [1, 2])", ["f(x)"]),
        ("assert (f(2) == np.arange(3)).all()", ["f(2)"]),
        ("assert not f(0)", ["f(0)"]),
        ("with pytest.raises(ValueError):\n    f(-1)", ["raised(lambda: f(-1))"]),
        ("assert_raises(ValueError, f, -1)", ["raised(lambda: f(-1))"]),
        ("x = f(3)\nassert x == 9", ["x"]),
        ("print(f(2))", ["f(2)"]),
        ("assert callable(f)", []),
        ("print('hello')\n'nothing of theirs'", []),
    ],
)
def test_of_a_test_the_calls_are_taken_and_not_the_values(source: str, asked: list[str]) -> None:
    assert [one.expression for one in asked_by(Test(source), {"np", "pytest"}).asked] == asked


def test_an_expression_has_the_lines_it_needs_and_no_hidden_one_where_students_see_it() -> None:
    source = "secret = 7\nx = [1, 2]\nassert f(x) == 3\nassert f([secret]) == 7"
    first, second = asked_by(Test(source, frozenset({1, 4})), set()).asked
    assert (first.given, first.needs, first.hidden) == ("x = [1, 2]", ("f",), False)
    assert (second.given, second.hidden) == ("secret = 7\nx = [1, 2]", True)


def test_a_function_of_an_earlier_test_comes_along_where_it_is_used() -> None:
    first = asked_by(Test("def near(a):\n    return round(a, 2)\nassert near(f(1)) == 1"), set())
    second = asked_by(Test("assert near(f(2)) == 2\nassert f(3) == 3"), set(), first.helpers)
    assert [one.given.split(":")[0] for one in second.asked] == ["def near(a)", ""]
    assert [one.needs for one in second.asked] == [("f",), ("f",)]


def test_what_only_the_test_used_is_not_imported() -> None:
    source = "from nose.tools import assert_equal\nimport math\nassert_equal(f(math.pi), 3)"
    (one,) = asked_by(Test(source), set()).asked
    assert (one.given, one.expression) == ("import math", "f(math.pi)")


def test_nothing_is_asked_of_a_notebook_that_a_test_has_changed() -> None:
    found = asked_by(Test("old = f\ndel f\nassert g(1) == 1"), set())
    assert (found.asked, found.left) == ((), ("del f",))


@pytest.mark.parametrize(
    ("source", "ours"),
    [
        ("x = 2 # SOLUTION", "# BEGIN SOLUTION\nx = 2\n# END SOLUTION"),
        (
            "a = 1 # SOLUTION\nb = 2 # SOLUTION NO PROMPT",
            "# BEGIN SOLUTION\na = 1\nb = 2\n# END SOLUTION",
        ),
        ("def f():\n    ...", "# BEGIN SOLUTION\ndef f():\n    ...\n# END SOLUTION"),
        (
            'x = 1 # SOLUTION\n""" # BEGIN PROMPT\nx = ...\n"""; # END PROMPT\ny = 2 # IGNORE',
            "# BEGIN SOLUTION\nx = 1\n# END SOLUTION",
        ),
        (
            "if True: # SOLUTION\n    x = 1",
            "# BEGIN SOLUTION\nif True:\n    x = 1\n# END SOLUTION",
        ),
    ],
)
def test_marks_of_an_answer_become_ours(source: str, ours: str) -> None:
    assert marked(source) == ours


def test_what_is_neither_is_one_sentence(tmp_path: Path) -> None:
    nbformat.write(new_notebook(cells=[new_code_cell("1 + 1")]), tmp_path / "plain.ipynb")
    with pytest.raises(CourseError, match="is neither a notebook for otter assign"):
        read_imported(tmp_path / "plain.ipynb")
    (tmp_path / "broken.ipynb").write_text("{")
    with pytest.raises(CourseError, match="is no notebook"):
        read_imported(tmp_path / "broken.ipynb")


def otter(name: str, *cells: Any, config: str = "") -> list[Any]:
    """A notebook of one question."""
    return [
        new_raw_cell(f"# ASSIGNMENT CONFIG\n{config}"),
        new_raw_cell(f"# BEGIN QUESTION\nname: {json.dumps(name)}\npoints: 1"),
        *cells,
        new_raw_cell("# BEGIN SOLUTION"),
        new_code_cell("def area(a, b):\n    return a * b # SOLUTION"),
        new_raw_cell("# END SOLUTION"),
        new_raw_cell("# BEGIN TESTS"),
        new_code_cell("area(2, 3) == 6"),
        new_raw_cell("# END TESTS"),
        new_raw_cell("# END QUESTION"),
    ]


def imported_lab(cells: list[Any], root: Path) -> Assignment:
    nbformat.write(new_notebook(cells=cells), root / "hostile.ipynb")
    lab = new_assignment(root, "hostile")
    texts, _ = lab_files(read_imported(root / "hostile.ipynb"), lab)
    write_lab(texts)
    return lab


@pytest.mark.parametrize("name", ['x"""\n    import os\n    """', "q²", "𠮷", "\x1b]0;pwned\x07", "q\\"])
def test_a_question_s_name_is_words_wherever_it_stands(name: str, tmp_path: Path) -> None:
    lab = imported_lab(otter(name), tmp_path)
    for path in (lab.probes, lab.graders):
        assert "\n    import os" not in path.read_text()
        compile(path.read_text(), str(path), "exec")
    assert read_rubric(lab.rubric).tasks["1"].points == 1
    assert planned(lab, grader_tasks(lab))


def test_no_line_of_somebody_s_begins_a_cell_of_the_master(tmp_path: Path) -> None:
    cells = [new_markdown_cell("%% [code]\rimport os"), new_code_cell("# %% id=mine\nx = 1")]
    lab = imported_lab(otter("area", *cells), tmp_path)
    heads = [line for line in lab.master.read_text().splitlines() if line.startswith("# %%")]
    assert all(' id="' in head for head in heads)
    assert planned(lab, grader_tasks(lab))


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (otter("area", config="a: &a [x, x]\nfiles: [*a, *a]"), "it has an alias"),
        (otter("area", config="seed: 2001-13-45"), "is no YAML"),
        (otter("area", new_markdown_cell("#" * 30_000)), "has a line of more than 20,000 characters"),
    ],
)
def test_what_would_take_minutes_or_gigabytes_is_one_sentence(
    cells: list[Any], told: str, tmp_path: Path
) -> None:
    nbformat.write(new_notebook(cells=cells), tmp_path / "hostile.ipynb")
    with pytest.raises(CourseError, match=told):
        read_imported(tmp_path / "hostile.ipynb")


@pytest.mark.parametrize("points", ["points: -1", "points: many"])
def test_what_cannot_be_taken_over_is_one_sentence_and_writes_nothing(
    points: str, tmp_path: Path, course: Path, run: Any
) -> None:
    cells = otter("area")
    cells[1].source = f"# BEGIN QUESTION\nname: area\n{points}"
    nbformat.write(new_notebook(cells=cells), tmp_path / "odd.ipynb")
    said = run(course, "import", tmp_path / "odd.ipynb", "--as", "odd")
    assert said.returncode == 2
    assert "odd.ipynb cannot be taken over: " in said.stderr
    assert "Traceback" not in said.stderr
    assert not (course / "solutions/odd").exists()
