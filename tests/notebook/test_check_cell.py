"""The check cell in a notebook, executed by nbconvert's own means, with Otter as students have it."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from autograder.authoring.master import read_master
from autograder.authoring.notebook import otter_tests, student_notebook
from autograder.course.rubric import Rubric

RUBRIC = Rubric.model_validate({"title": "", "tasks": {"1.1": {"title": "", "kind": "code", "points": 2}}})
MASTER = '# %% id="answer" tags=["task-1.1"]\nanswer = "<b>no</b>"\n'
# Stands in for the real check, which other tests look at: shows something and judges the live namespace.
LIVE = """
import sys, types
from IPython.display import HTML, display

def check(assignment, task, namespace):
    display(HTML(f"<i>{assignment} {task}</i>"))
    if namespace["answer"] == "exit":
        sys.exit(3)
    if namespace["answer"] != "yes":
        raise ValueError(f"found {namespace['answer']}")

sys.modules["autograder.notebook.check"] = types.SimpleNamespace(check=check)
"""


@pytest.mark.slow
def test_the_box_shows_the_hint_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    master = read_master(Path("x.py"), MASTER)
    for path, text in otter_tests(master, RUBRIC, "x").items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    notebook = nbformat.reads(student_notebook(master, "x"), as_version=4)
    nbformat.write(notebook, tmp_path / "x.ipynb")
    check = next(cell for cell in notebook.cells if cell["id"] == "check-1-1")
    again = [
        nbformat.v4.new_code_cell(f'answer = "{value}"\ngrader.check("1.1")') for value in ("exit", "yes")
    ]
    setup = notebook.cells[0]
    setup.source = LIVE + setup.source
    notebook.cells[-2:-2] = again
    NotebookClient(notebook, timeout=120).execute()

    boxes = ["\n".join(out.data["text/html"] for out in cell.outputs) for cell in (check, *again)]
    assert all("<i>x 1.1</i>" in box for box in boxes)
    assert "CheckFailed: found &lt;b&gt;no&lt;/b&gt;" in boxes[0]
    assert "CheckFailed: 3" in boxes[1]
    assert "passed!" in boxes[2]
    for box in boxes:  # neither Otter's test file nor our own source
        assert "sample_cases(" not in box
        assert "check_live" not in box
    assert list(tmp_path.glob("x_*.zip")), "the last cell exports what is to be handed in"
