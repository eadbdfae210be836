"""The student bundle: a course folder with one lab in it, without solutions and secret cases. Trusted side.

Since a bundle is laid out as a course, the check cells and `autograder check` work in it as they do here.
"""

import zipfile
from collections.abc import Iterator
from pathlib import Path

from autograder import __version__
from autograder.course import Assignment, CourseError

_DATE = (1980, 1, 1, 0, 0, 0)  # the same content gives the same bytes

_README = """# {title}

    pip install -r requirements.txt
    cd assignments/{name}
    jupyter lab {name}.ipynb

Fill in the cells marked TODO; the cell below each task checks it on the sample cases. From a terminal, in
this folder: `autograder check assignments/{name}/{name}.ipynb`. Hand in the zip that the notebook's last cell
makes, or the notebook with the files it asks for. Secret cases decide about the points.
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
    unfinished = path.with_suffix(".partial")
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(_contents(assignment)):
            archive.writestr(zipfile.ZipInfo(f"{assignment.name}/{name}", _DATE), data, zipfile.ZIP_DEFLATED)
    unfinished.replace(path)
    return path


def _contents(assignment: Assignment) -> Iterator[tuple[str, bytes]]:
    title = assignment.name.replace("_", " ")
    yield "README.md", _README.format(title=title, name=assignment.name).encode()
    yield "requirements.txt", f"few-label-labs=={__version__}\n".encode()
    for path in _public(assignment):
        yield path.relative_to(assignment.root).as_posix(), path.read_bytes()


def _public(assignment: Assignment) -> Iterator[Path]:
    """What is listed here goes out, and nothing else does."""
    yield from (assignment.rubric, assignment.expectations)
    yield from [assignment.graders] if assignment.graders.exists() else []  # a reading lab has none
    for folder in (assignment.public_dir, assignment.sample_dir, assignment.fixtures_dir / "checkpoints"):
        yield from (p for p in folder.rglob("*") if p.is_file() and not _rubbish(p.relative_to(folder)))
    yield from assignment.fixtures_dir.glob("example_*.json")


def _rubbish(path: Path) -> bool:
    return any(part.startswith(".") or part == "__pycache__" for part in path.parts)
