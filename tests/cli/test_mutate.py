"""The proof by mutation, on the smallest lab there can be; and mistakes that are told in whatever form."""

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import HandIn, Run


@pytest.fixture
def copy(course: Path, tmp_path: Path) -> Path:
    """A course of one's own."""
    shutil.copytree(course, tmp_path / "course")
    return tmp_path / "course"


def test_every_mutant_of_the_example_is_told_from_its_answer(course: Path, run: Run) -> None:
    found = run(course, "mutate", "--all")
    assert found.returncode == 0, found.stdout + found.stderr
    assert "0 of them elsewhere, too · 0 equivalent · 0 survive" in found.stdout


def test_a_survivor_is_shown_until_it_is_explained(copy: Path, run: Run) -> None:
    grader = copy / "autograder/graders/test_example.py"
    grader.write_text(grader.read_text().rpartition("@task")[0])  # nobody looks at gradients any more
    before = run(copy, "mutate", "--all")
    assert before.returncode == 1
    line = "return torch.stack([features[labels == c].mean(dim=0) for c in labels.unique()])"
    detached = f"return ({line.removeprefix('return ')}).detach()"
    assert (
        f"1.1 keeps all points with a result detached in `class_means`\n     - {line}\n     + {detached}"
        in (before.stdout)
    )
    entry = (
        f"[[equivalent]]\nwas = {json.dumps(line)}\nnow = {json.dumps(detached)}\nwhy = 'No one trains it.'\n"
    )
    written = copy / "solutions/example/equivalent.toml"
    written.write_text(entry)
    after = run(copy, "mutate", "--all")
    assert after.returncode == 0, after.stdout
    assert "1 equivalent · 0 survive" in after.stdout
    written.write_text(entry + entry.replace("detach", "attach"))
    stale = run(copy, "mutate", "--all")
    assert stale.returncode == 1
    assert "attach()' any more" in stale.stdout


def test_a_mistake_is_named_in_whatever_form_it_comes(copy: Path, run: Run, hand_in: HandIn) -> None:
    solutions = copy / "solutions/example"
    rubric = copy / "autograder/graders/example.toml"
    rubric.write_text(rubric.read_text() + '\n[axes]\nscale = ["plain", "double"]\n')
    (solutions / "accepted/double.py").write_text(
        '"""Twice."""\nAXES = {"scale": "double"}\nCHANGES = {".mean(dim=0)": ".mean(dim=0) * 2"}\n'
    )
    (solutions / "wrong/upside_down.py").write_text(
        '"""The last class first."""\nLOSES = {"1.1"}\n'
        'CHANGES = {"labels.unique()": "labels.unique().flip(0)"}\n'
    )
    own = "def class_means(features, labels):\n    return torch.stack([{} for c in labels.unique(){}])\n"
    mean = "features[labels == c].sum(0) / (labels == c).sum()"
    handed = hand_in(
        copy / "in",
        {
            "ann": own.format(f"2 * {mean}", ".flip(0)"),
            "bea": own.format(f"{mean} / 3", ""),
            "cleo": own.format("features[labels != c].sum(0) / (labels != c).sum()", ""),
        },
    )
    graded = run(copy, "grade", "example", handed, "--out", copy / "out")
    assert graded.returncode == 0, graded.stderr
    told = {
        name: json.loads((copy / f"out/results/{name}.json").read_text())["tasks"][0]
        for name in ("ann", "bea", "cleo")
    }
    assert told["ann"]["misconception"] == "upside_down"
    assert told["bea"]["difference"] == "Your `means` is 1/3 of the expected one in every case."
    sentence = "This is what one gets with `!=` in place of `==` in `class_means`."
    assert told["cleo"]["difference"] == sentence
