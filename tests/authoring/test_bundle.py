"""What students get: everything that a lab needs, and nothing of its solutions and secret cases."""

import io
import os
import re
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path

import pytest

from autograder.authoring.bundle import built_wheel, write_bundle
from autograder.authoring.master import marker, read_master
from autograder.authoring.notebook import solved_notebook
from autograder.course import find_course

ROOT = Path(__file__).parents[2]
COURSE = find_course(ROOT)
LABS = COURSE.names()
SHORT = 25  # characters: shorter lines, `return x`, are nobody's secret


@cache
def bundle(lab: str) -> dict[str, bytes]:
    """All files of a bundle, those in its wheel too, by name."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        return _unpacked(write_bundle(COURSE.assignment(lab), Path(folder)).read_bytes())


def _unpacked(data: bytes) -> dict[str, bytes]:
    found = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            inside = archive.read(name)
            found |= _unpacked(inside) if name.endswith((".whl", ".zip")) else {name: inside}
    return found


def reference_lines(lab: str) -> set[str]:
    """The lines of the reference answers, without indentation, that stand nowhere in what is given."""
    given = (path.read_text() for path in COURSE.assignment(lab).public_dir.glob("*.py"))
    inside: dict[bool, set[str]] = {
        True: set(),
        False: {line.strip() for text in given for line in text.split("\n")},
    }
    for cell in read_master(COURSE.assignment(lab).master).cells:
        solution = False
        for line in cell.source.split("\n"):
            if found := marker(line, cell.kind):
                solution = found == "BEGIN"
            else:
                inside[solution].add(line.strip().removeprefix("# "))
    return {line for line in inside[True] - inside[False] if len(line) >= SHORT}


@pytest.mark.parametrize("lab", LABS)
def test_no_line_of_a_reference_answer_is_in_it(lab: str) -> None:
    text = b"\n".join(bundle(lab).values()).decode(errors="replace")
    lines = {line.strip().strip('",').removesuffix("\\n").strip() for line in text.split("\n")}
    assert reference_lines(lab)
    assert sorted(reference_lines(lab) & lines) == []


def values(text: str) -> set[str]:
    """What makes a case its own: packed bytes, and each six numbers in a row."""
    numbers = re.findall(r"-?\d+\.\d+", text)
    rows = {" ".join(numbers[at : at + 6]) for at in range(len(numbers) - 5)}
    return rows | set(re.findall(r'"packed": *"([^"]{40,})"', text))


@pytest.mark.parametrize("lab", LABS)
def test_no_secret_value_is_in_it(lab: str) -> None:
    """But for what a sample case shows, too: some secret cases are the same pictures, drawn upon anew."""
    fixtures = COURSE.assignment(lab).fixtures_dir
    shown = {value for path in fixtures.glob("sample/**/*.json") for value in values(path.read_text())}
    everything = b"\n".join(bundle(lab).values()).decode(errors="replace")
    public = values(everything)
    for path in sorted(fixtures.glob("secret/**/*.json")):
        secrets = values(path.read_text()) - shown
        assert not secrets & public, path.name
        assert path.read_text() not in everything
    assert not [name for name in bundle(lab) if "secret" in name or "solutions" in name or "wrong/" in name]


@pytest.mark.parametrize("lab", LABS)
def test_the_notebook_finds_every_file_that_it_names(lab: str) -> None:
    names = bundle(lab)
    notebook = names[f"{lab}/assignments/{lab}/{lab}.ipynb"].decode()
    for path in re.findall(r"\.\./\.\./(fixtures/[\w./-]+)", notebook):
        assert [name for name in names if name.startswith(f"{lab}/{path}")], path


def test_what_somebody_left_beside_the_notebook_stays_there(tmp_path: Path) -> None:
    """A solved notebook, Otter's zip of it, trained weights: whoever tries a lab leaves these."""
    import shutil

    course = tmp_path / "course"
    for folder in ("assignments", "autograder/graders", "fixtures"):
        shutil.copytree(ROOT / folder, course / folder, ignore=shutil.ignore_patterns("secret"))
    (course / "solutions").mkdir()
    before = write_bundle(find_course(course).assignment("protonet"), tmp_path / "before").read_bytes()
    public = course / "assignments/protonet"
    for name in ("solved.ipynb", "protonet_2026.zip", "protonet-trained.pth", ".OTTER_LOG", "tests/x.pyc"):
        (public / name).write_text("an answer")
    after = write_bundle(find_course(course).assignment("protonet"), tmp_path / "after").read_bytes()
    assert before == after


def test_the_same_bytes_every_time(tmp_path: Path) -> None:
    assignment = COURSE.assignment(LABS[0])
    one, other = (write_bundle(assignment, tmp_path / name).read_bytes() for name in ("one", "other"))
    assert one == other


def test_the_wheel_has_no_grader_of_any_lab() -> None:
    names = _unpacked(built_wheel()[1])
    assert "autograder/live.py" in names
    assert "autograder/reports/templates/style.css" in names
    assert not [name for name in names if "graders" in name]


@pytest.mark.long
def test_a_fresh_environment_runs_the_solved_notebook_and_checks_it(tmp_path: Path) -> None:
    """The wheel in an environment of its own, beside the libraries that are here: nothing from a network.

    Nor from a folder of real data: there the short training passes the first threshold only.
    """
    with zipfile.ZipFile(write_bundle(COURSE.assignment("protonet"), tmp_path)) as archive:
        archive.extractall(tmp_path)
    student = tmp_path / "protonet"
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "env"], check=True)
    python = tmp_path / "env/bin/python"
    libraries = next(path for path in sys.path if path.endswith("site-packages"))
    site = next((tmp_path / "env/lib").glob("*/site-packages"))
    (site / "libraries.pth").write_text(f"{libraries}\n")  # those that requirements.txt would bring
    wheel = next(student.glob("*.whl"))
    pip = [python, "-m", "pip", "install", "--no-index", "--no-deps", "--force-reinstall", wheel]
    done = subprocess.run(pip, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    where = subprocess.run(
        [python, "-P", "-c", "import autograder; print(autograder.__file__)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert where.stdout.startswith(str(tmp_path))

    alone = {name: value for name, value in os.environ.items() if name != "COURSE_DATA"}
    place = student / "assignments/protonet/protonet.ipynb"
    place.write_text(solved_notebook(read_master(COURSE.assignment("protonet").master), "protonet"))
    run = [python, "-m", "nbconvert", "--to", "notebook", "--inplace", "--execute", place]
    done = subprocess.run(run, capture_output=True, text=True, check=False, env=alone)
    assert done.returncode == 0, done.stderr[-2000:]
    executed = place.read_text()
    assert "sample cases: 3 of 3 checks" in executed

    checked = subprocess.run(
        [python, "-P", "-m", "autograder", "check", place],
        cwd=student,
        capture_output=True,
        text=True,
        check=False,
        env=alone,
    )
    assert checked.returncode == 0, checked.stderr
    assert "6 of 6 tasks pass their sample cases." in checked.stdout
