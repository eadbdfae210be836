"""What a lab's notebook defines before its tasks is there when answers run, though its data is not."""

import ast
import json

import pytest

from autograder.course.layout import find_course
from autograder.sandbox.statements import defines

LABS = [assignment for assignment in find_course().assignments() if assignment.notebook.exists()]
OF_THE_DATA = {"metric_embedding": {"data", "EPOCHS"}}  # how long to train depends on which data was found


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.name)
def test_settings_are_there_when_answers_run(lab):
    cells = json.loads(lab.notebook.read_text())["cells"]
    skipped = [
        cell for cell in cells if cell["id"] == "settings" and "skip" in cell["metadata"].get("tags", ())
    ]
    missing: set[str] = set()
    for statement in (one for cell in skipped for one in ast.parse("".join(cell["source"])).body):
        names = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
        stored = {node.id for node in names if isinstance(node.ctx, ast.Store)}
        if not defines(statement) or missing & {node.id for node in names}:
            missing |= stored
    assert missing == OF_THE_DATA.get(lab.name, set())
