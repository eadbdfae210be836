"""What students get: everything that a lab needs, and nothing of its solutions and secret cases."""

import io
import json
import os
import re
import subprocess
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.bundle import TORCH, built_wheel, requirements, write_bundle
from autograder.authoring.master import marker, read_master
from autograder.authoring.notebook import solved_notebook
from autograder.course.layout import find_course
from autograder.course.rubric import read_rubric
from benchmarks.installed import closure
from data_utils.places import cache_path
from tests.environments import WITHOUT, environment_with

ROOT = Path(__file__).parents[2]
COURSE = find_course(ROOT)
LABS = COURSE.names()
SHORT = 7  # characters: shorter lines, `break` and `print(`, are nobody's secret


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
    given = (path.read_text() for path in COURSE.assignment(lab).public_modules())
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
    lines = {line.strip() for name, data in bundle(lab).items() for line in text_of(name, data).split("\n")}
    assert reference_lines(lab)
    assert sorted(reference_lines(lab) & lines) == []


def text_of(name: str, data: bytes) -> str:
    """A file as people read it: JSON writes a notebook's quotes and ends of lines in its own way."""
    text = data.decode(errors="replace")
    if not name.endswith(".ipynb"):
        return text
    return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])


@pytest.mark.parametrize("lab", [lab for lab in LABS if COURSE.assignment(lab).graders.exists()])
def test_a_solved_notebook_would_be_noticed(lab: str) -> None:
    solved = solved_notebook(read_master(COURSE.assignment(lab).master), lab).encode()
    lines = {line.strip() for line in text_of("solved.ipynb", solved).split("\n")}
    assert len(reference_lines(lab) & lines) > 0.6 * len(
        reference_lines(lab)
    )  # the others are of written answers


def values(text: str) -> set[str]:
    """What makes a case its own: packed bytes, each six numbers in a row, each list of a dozen labels."""
    numbers = re.findall(r"-?\d+\.\d+", text)
    rows = {" ".join(numbers[at : at + 6]) for at in range(len(numbers) - 5)}
    lists = {tuple(re.findall(r"-?\d+", inside)) for inside in re.findall(r"\[([-\d\s,]+)\]", text)}
    rows |= {" ".join(labels) for labels in lists if len(labels) >= 12}
    return rows | set(re.findall(r'"packed": *"([^"]{24,})"', text))


@pytest.mark.parametrize("lab", LABS)
def test_no_secret_value_is_in_it(lab: str) -> None:
    """But for what a sample case shows, too: some secret cases are the same pictures, drawn upon anew."""
    fixtures = COURSE.assignment(lab).fixtures_dir
    shown = {value for path in fixtures.glob("sample/**/*.json") for value in values(path.read_text())}
    texts = [data.decode(errors="replace") for data in bundle(lab).values()]
    everything, public = "\n".join(texts), set().union(*map(values, texts))
    for path in sorted(fixtures.glob("secret/**/*.json")):
        secrets = values(path.read_text()) - shown
        assert not secrets & public, path.name
        assert path.read_text() not in everything
    assert not [name for name in bundle(lab) if "secret" in name or "solutions" in name or "wrong/" in name]


@pytest.mark.parametrize("lab", LABS)
def test_the_expected_answers_in_it_are_those_of_sample_cases(lab: str) -> None:
    recordings = json.loads(bundle(lab)["index.json"])["recordings"]
    cases = {case for recording in recordings.values() for _, case, *_ in recording["answers"]}
    assert all(case.startswith("sample/") for case in cases)
    assert cases or not COURSE.assignment(lab).graders.exists()


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
    for name in ("solved.ipynb", "protonet_2026.zip", "protonet-trained.pth", ".OTTER_LOG"):
        (public / name).write_text("an answer")
    after = write_bundle(find_course(course).assignment("protonet"), tmp_path / "after").read_bytes()
    assert before == after


def test_the_same_bytes_every_time(tmp_path: Path) -> None:
    assignment = COURSE.assignment(LABS[0])
    one, other = (write_bundle(assignment, tmp_path / name).read_bytes() for name in ("one", "other"))
    assert one == other


def test_the_wheel_has_no_grader_of_any_lab() -> None:
    names = _unpacked(built_wheel()[1])
    assert "autograder/notebook/check.py" in names
    assert "autograder/reports/templates/style.css" in names
    assert not [name for name in names if "graders" in name]


def test_each_lab_names_what_it_needs_and_a_reading_lab_needs_no_torch() -> None:
    for lab in LABS:
        wanted = requirements(COURSE.assignment(lab), "few_label_labs-1-py3-none-any.whl")
        rubric = read_rubric(COURSE.assignment(lab).rubric)
        has_code = rubric.has_code()
        assert wanted[0].endswith(".whl[code]" if has_code else ".whl")
        brought = set(closure(wanted))
        assert has_code == ("torch" in brought)
        assert ("numpy" in brought) == (has_code or bool(rubric.packages))
        assert not brought & {
            "sqlalchemy",
            "starlette",
            "nbconvert",
            "pandas",
            "otter-grader",
            "jupyterlab",
        } - ({"pandas"} if "mlxtend" in brought else set())


def test_instructors_have_what_every_lab_names() -> None:
    named = {package for lab in LABS for package in read_rubric(COURSE.assignment(lab).rubric).packages}
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert sorted(named) == declared["labs"]
    assert TORCH in declared["instructor"]


@dataclass(frozen=True)
class Ran:
    """What a student's tools said: nbconvert about a solved notebook, `autograder check` about its zip.

    `start` is the folder that had nothing but the notebook.
    """

    start: Path
    executed: subprocess.CompletedProcess[str]
    checked: subprocess.CompletedProcess[str]
    outputs: list[dict[str, Any]]


@pytest.fixture(scope="module")
def ran(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Ran]]:
    """What came of each lab that was asked for, two at a time with a thread each, the longest first."""
    root = tmp_path_factory.mktemp("students")
    asked = [item for item in request.session.items if "ran" in getattr(item, "fixturenames", ())]
    labs = [item.callspec.params["lab"] for item in asked]  # type: ignore[attr-defined]
    with ThreadPoolExecutor(2) as pool:
        work = {lab: pool.submit(student_work, lab, root) for lab in sorted(labs, key=_shorter)}
        yield lambda lab: work[lab].result()


def _shorter(lab: str) -> bool:
    """Whether it takes less than three minutes: begun last, a long one would run alone in the end."""
    return lab not in ("byol", "siamese")


def student_work(lab: str, root: Path) -> Ran:
    """Download a solved notebook under a name of one's own, run it, check what its last cell made.

    It lies alone in its folder: all else comes from where the course keeps its zips. Without real data.
    """
    written = write_bundle(COURSE.assignment(lab), root / "web")
    with zipfile.ZipFile(written) as archive:
        needs = archive.read(f"{lab}/requirements.txt").decode().split()
    python = environment_with(root / f"{lab}-env", [*needs, "jupyterlab", "pip"])
    start = root / f"{lab}-start"
    start.mkdir()
    place = start / f"Copy of {lab}.ipynb"
    address = (root / "web").as_uri()
    place.write_text(solved_notebook(read_master(COURSE.assignment(lab).master), lab, address))
    kept = ("COURSE_DATA", "PYTHONPATH", "JPY_SESSION_NAME")
    env = {name: value for name, value in os.environ.items() if name not in kept}
    env |= {"XDG_CACHE_HOME": str(root / f"{lab}-cache"), "OMP_NUM_THREADS": "1", "LAB_TRIAL": "1"}
    env |= {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "PYTHONNOUSERSITE": "1", "PYTHONPATH": str(WITHOUT)}
    data = root / f"{lab}-cache" / cache_path().name
    data.mkdir(parents=True)
    for name in ("objects-*", "people-*", "scripts-*"):  # drawn on this machine, and not once more
        for drawn in cache_path().glob(name):
            (data / drawn.name).symlink_to(drawn)

    def run(*command: object) -> subprocess.CompletedProcess[str]:
        whole = [python, "-P", "-m", *command]
        return subprocess.run(whole, cwd=start, env=env, capture_output=True, text=True, check=False)

    executed = run("nbconvert", "--to", "notebook", "--inplace", "--execute", place)
    checked = run("autograder", "--course", start / lab, "check", *start.glob("*.zip"), "--assignment", lab)
    cells = json.loads(place.read_text())["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    return Ran(start, executed, checked, outputs)


@pytest.mark.long
@pytest.mark.parametrize("lab", LABS)
def test_a_lone_notebook_opens_runs_and_is_handed_in_with_what_the_lab_names(
    lab: str, ran: Callable[[str], Ran]
) -> None:
    """All of it, from top to bottom, trainings of a step or two, on the data that every machine has."""
    done = ran(lab)
    assert done.executed.returncode == 0, done.executed.stderr[-2000:]
    assert done.checked.returncode == 0, done.checked.stderr
    assert f"This is Copy of {lab}.ipynb, as it was saved at" in json.dumps(done.outputs)
    (handed_in,) = done.start.glob("*.zip")
    with zipfile.ZipFile(handed_in) as archive:
        handed = text_of(f"{lab}.ipynb", archive.read(f"{lab}.ipynb"))
    assert handed == text_of(f"{lab}.ipynb", (done.start / f"Copy of {lab}.ipynb").read_bytes())
    tasks = {
        name: task
        for name, task in read_rubric(COURSE.assignment(lab).rubric).tasks.items()
        if task.kind != "written"
    }
    said = re.findall(r"^(\S+) .* sample cases: (\d+) of (\d+) checks$", done.checked.stdout, re.MULTILINE)
    assert [task for task, _, _ in said] == list(tasks)
    # Weights after a step are looked at and are too few; those of a whole training are the bank's reference.
    assert not [task for task, right, of in said if right != of and tasks[task].kind == "code"], (
        done.checked.stdout
    )
    # A lab of words alone checks nothing.
    assert not tasks or any("image/png" in output.get("data", ()) for output in done.outputs)
    assert not tasks or "sample cases: " in json.dumps(done.outputs)
