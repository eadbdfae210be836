"""What stands beside an answer at the desk: words nearby, and the notebook that it is from."""

import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from autograder.course.layout import find_course
from autograder.desk.app import desk_app
from autograder.desk.desk import Desk
from autograder.desk.pile import ref_of
from autograder.desk.questions import Question
from autograder.desk.whole import Whole
from autograder.gradebook import Answer, Author, Key, open_gradebook
from autograder.grading.provenance import Made, write_made
from autograder.lab.lab import read_lab
from autograder.results.schema import SubmissionInfo
from tests.reports.fake import make_result

LAB = read_lab(find_course().assignment("protonet"))
QUESTION = Question("2.1", "How it works", 10, "How?", "So.", (), None)


@pytest.fixture
def graded(tmp_path: Path) -> Path:
    """A folder of a grading, of one notebook with a thought at its end."""
    notebook = json.loads(LAB.assignment.notebook.read_text())
    notebook["cells"].append({"cell_type": "markdown", "metadata": {}, "source": "A *thought* at the end."})
    path = tmp_path / "ada.ipynb"
    path.write_text(json.dumps(notebook))
    submission = LAB.read(path)
    for folder in ("made", "results"):
        (tmp_path / folder).mkdir()
    made = Made(
        path=str(path), recording="r", judging="j", result="", seed=0, command="", seconds=0, probes={}
    )
    write_made(made, tmp_path, "ada")
    info = SubmissionInfo(name=path.name, sha256=submission.sha256)
    result = make_result("ada").model_copy(update={"submission": info})
    (tmp_path / "results/ada.json").write_text(result.to_json())
    return tmp_path


def test_words_nearby_are_those_of_the_question_above(graded: Path) -> None:
    whole = Whole(LAB, graded)
    assert whole.nearby("ada", "3.6") == "A *thought* at the end."
    assert whole.nearby("ada", "2.1") == ""
    assert whole.nearby("noor", "3.6") == ""


def test_the_whole_notebook_opens_at_the_question(graded: Path) -> None:
    book = open_gradebook(f"sqlite:///{graded / 'book.sqlite'}")
    book.collect(
        Answer(assignment="protonet", student=name, task="2.1", text="", flag="template")
        for name in ("ada", "noor")
    )
    desk = Desk(book, "protonet", "ProtoNet", [QUESTION], Author("ann", "a"), lambda: None)
    client = TestClient(desk_app(desk, "t0k3n", Whole(LAB, graded)), base_url="http://127.0.0.1:8000")
    there = f"/t0k3n/task/2.1/{ref_of(Key('protonet', 'ada', '2.1'))}"
    assert f'href="{there}/notebook#here"' in client.get(there).text
    page = client.get(f"{there}/notebook").text
    assert page.index('id="here"') < page.index("2.2 What it gains over Proxy-NCA")
    assert "<em>thought</em>" in page
    gone = f"/t0k3n/task/2.1/{ref_of(Key('protonet', 'noor', '2.1'))}/notebook"
    assert "has no result of noor" in client.get(gone).text
    book.close()
