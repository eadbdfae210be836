"""Which notebook runs: a renamed copy is found, and the untouched one is not taken for it."""

import json
import os
import shutil
import sys
import types
from pathlib import Path
from typing import Any

import pytest

from autograder.course.layout import Assignment
from autograder.notebook.running import Running, running_notebook


def notebook(lab: str = "means", source: str = "") -> str:
    cells = [{"cell_type": "code", "metadata": {}, "source": source, "outputs": []}]
    return json.dumps({"cells": cells, "metadata": {"few_label_labs": {"assignment": lab}}})


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Assignment:
    """A student's copy of a lab, opened from its own folder."""
    assignment = Assignment(tmp_path / "means", "means")
    for path in (assignment.notebook, assignment.fixtures_dir / "handed-out.ipynb"):
        path.parent.mkdir(parents=True)
        path.write_text(notebook())
    for name in ("LAB_OPENED_FROM", "JPY_SESSION_NAME"):
        monkeypatch.delenv(name, raising=False)
    return assignment


def found(lab: Assignment) -> Running:
    running = running_notebook(lab)
    assert running is not None
    return running


def test_the_lab_s_own_is_the_one_where_there_is_no_other(lab: Assignment) -> None:
    assert found(lab).name == "means.ipynb"
    lab.notebook.write_text(notebook(source="solved"))
    assert b"solved" in found(lab).data


def test_a_renamed_one_is_found_where_it_was_opened(
    lab: Assignment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAB_OPENED_FROM", str(tmp_path))
    assert running_notebook(lab) is None, "only the untouched one lies there"
    (tmp_path / "broken.ipynb").write_text("{")
    (tmp_path / "other.ipynb").write_text(notebook("medians", "solved"))
    (tmp_path / "Copy of means.ipynb").write_text(notebook(source="solved"))
    assert (found(lab).name, found(lab).folder) == ("Copy of means.ipynb", tmp_path)


def test_of_two_the_one_that_was_saved_last_counts(lab: Assignment) -> None:
    for number, name in enumerate(("old", "new", "older")):
        path = lab.public_dir / f"{name}.ipynb"
        path.write_text(notebook(source=name))
        os.utime(path, (0, [1, 2, 0][number]))
    assert found(lab).name == "new.ipynb"


def test_what_the_editor_says_counts_more(lab: Assignment, monkeypatch: pytest.MonkeyPatch) -> None:
    (lab.public_dir / "Untitled.ipynb").write_text(notebook(source="a try"))
    monkeypatch.setenv("JPY_SESSION_NAME", str(lab.notebook))
    assert found(lab).name == "means.ipynb"
    shutil.move(lab.notebook, lab.public_dir / "renamed since.ipynb")
    assert found(lab).name == "Untitled.ipynb"


def test_colab_sends_its_own(lab: Assignment, monkeypatch: pytest.MonkeyPatch) -> None:
    answer: dict[str, Any] = {"ipynb": json.loads(notebook(source="solved"))}
    message = types.SimpleNamespace(blocking_request=lambda request, timeout_sec: answer)
    monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))
    monkeypatch.setitem(sys.modules, "google.colab._message", message)  # type: ignore[arg-type]
    assert b"solved" in found(lab).data
    answer.clear()
    assert running_notebook(lab) is None
