"""The student bundle: a course folder with one lab in it, without solutions and secret cases. Trusted side.

Since a bundle is laid out as a course, the check cells and `autograder check` work in it as they do here. The
wheel in it holds this package and `data_utils`, as they are; what they require comes from an index.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import autograder
from autograder.course.layout import Assignment, CourseError
from autograder.course.rubric import read_rubric
from autograder.course.whole import written_whole

DATE = (1980, 1, 1, 0, 0, 0)  # the same content gives the same bytes

TORCH = "torch>=2.6"  # of labs with code; where one is there, as in Colab, pip leaves it alone

_README = """# {title}

Install, once, in an environment of its own:

    python -m venv .venv && . .venv/bin/activate     # Windows: .venv\\Scripts\\activate
    pip install -r requirements.txt jupyterlab

or `conda env create -f environment.yml && conda activate few-label-labs`. Is everything there?
`autograder doctor` says it.

Open the notebook:

    cd assignments/{name}
    jupyter lab {name}.ipynb
"""
_CODE = """
Fill in the cells marked TODO. The cell below each task checks it on *sample cases*, inputs that lie in this
folder; from a terminal, beside the notebook, the same says `autograder check {name}.ipynb`. Your points come
from *secret cases*: the same checks on other inputs of the same kind.

Where pip finds no build of torch for your machine, see https://pytorch.org/get-started/locally/ first.
Without the real data sets drawn pictures stand in. To use those that you have, set COURSE_DATA to their
folder before you start Jupyter; `autograder data status` says what was found.

In Colab or on Kaggle, upload the notebook and {name}.zip: the first cell does the rest.

Hand in the zip that the notebook's last cell makes, or the notebook with the files that its tasks ask for.
"""
_READING = """
Answer below each question, where it says so, in your own words: a person reads it, and nothing is checked.
Where there is nothing to run, any editor of notebooks will do, with nothing installed.

Hand in the notebook, or the zip that its last cell makes, which also says what is still empty.
"""
_ENVIRONMENT = """name: few-label-labs
channels:
  - conda-forge
dependencies:
  - python>=3.11
  - pip
  - pip:
      - jupyterlab
      - -r requirements.txt
"""


def write_bundle(assignment: Assignment, out: Path) -> Path:
    """Write `out/NAME.zip` and return its path.

    Raises:
        CourseError: the lab has not been built.
    """
    if not assignment.notebook.exists() or not assignment.expectations.exists():
        raise CourseError(f"{assignment.name} has not been built; run: autograder build {assignment.name}")
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{assignment.name}.zip"
    wheel = built_wheel()
    with written_whole(path) as unfinished, zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted([wheel, *_contents(assignment, wheel[0])]):
            archive.writestr(zipfile.ZipInfo(f"{assignment.name}/{name}", DATE), data, zipfile.ZIP_DEFLATED)
    return path


def built_wheel() -> tuple[str, bytes]:
    """Name and bytes of a wheel of the installed package's source.

    Raises:
        CourseError: the package is installed without its source.
    """
    source = Path(autograder.__file__).parents[1]
    if not (source / "pyproject.toml").exists():
        raise CourseError(
            "A release holds a wheel made from the project's source, which is not here: clone the project "
            "and install it with pip install -e ."
        )
    with tempfile.TemporaryDirectory() as folder:
        copied = Path(folder) / "source"
        copied.mkdir()
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(source / name, copied)
        for package in ("autograder", "data_utils"):
            # Without the graders: a lab's own are in the bundle, and the others are nobody's business.
            skipped = shutil.ignore_patterns("graders", "__pycache__")
            shutil.copytree(source / package, copied / package, ignore=skipped)
        script = "import setuptools.build_meta as b, sys; b.build_wheel(sys.argv[1])"
        built = subprocess.run(
            [sys.executable, "-c", script, folder],
            cwd=copied,
            env=os.environ | {"SOURCE_DATE_EPOCH": "315532800"},  # the same content gives the same bytes
            capture_output=True,
            text=True,
            check=False,
        )
        if built.returncode:
            raise CourseError(f"The wheel could not be built: {built.stderr.strip().splitlines()[-1]}")
        wheel = next(Path(folder).glob("*.whl"))
        return wheel.name, wheel.read_bytes()


def requirements(assignment: Assignment, wheel: str) -> list[str]:
    """What students need for a lab, as pip takes it in the folder of the wheel."""
    rubric = read_rubric(assignment.rubric)
    return grading_needs(assignment, wheel) if rubric.has_code() else [f"./{wheel}", *rubric.packages]


def grading_needs(assignment: Assignment, wheel: str) -> list[str]:
    """What checks a lab with code, and grades any."""
    return [f"./{wheel}[code]", TORCH, *read_rubric(assignment.rubric).packages]


def _contents(assignment: Assignment, wheel: str) -> Iterator[tuple[str, bytes]]:
    name = assignment.name
    readme = _README + (_CODE if read_rubric(assignment.rubric).has_code() else _READING)
    title = name.replace("_", " ")
    yield "README.md", readme.format(title=title, name=name).encode()
    yield "requirements.txt", "\n".join([*requirements(assignment, wheel), ""]).encode()
    yield "environment.yml", _ENVIRONMENT.encode()
    apart = assignment.fixtures_dir / "handed-out.ipynb"
    yield apart.relative_to(assignment.root).as_posix(), assignment.notebook.read_bytes()
    for path in public_files(assignment):
        yield path.relative_to(assignment.root).as_posix(), path.read_bytes()


def public_files(assignment: Assignment) -> Iterator[Path]:
    """The files of a lab that students get.

    What is listed here goes out, and nothing else does: whoever tried the lab has left answers there.
    """
    yield from (assignment.notebook, assignment.rubric, assignment.expectations)
    yield from (*assignment.grader_files(), *assignment.public_modules())
    released = [assignment.fixtures_dir / name for name in ("checkpoints", "released")]
    for pattern in ("*.svg", "*.png"):
        yield from assignment.public_dir.glob(pattern)
    for folder in (assignment.sample_dir, *released):
        yield from (p for p in folder.rglob("*") if p.is_file() and not rubbish(p.relative_to(folder)))
    yield from assignment.fixtures_dir.glob("example_*.json")
    yield from assignment.fixtures_dir.glob("*.pth")


def rubbish(path: Path) -> bool:
    """Whether a path is hidden, or in a cache."""
    return any(part.startswith(".") or part == "__pycache__" for part in path.parts)
