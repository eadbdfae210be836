"""The smallest lab that verifies, to begin one's own from. Trusted side."""

import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from autograder.course.layout import Assignment, CourseError

_NAME = re.compile(r"[a-z][a-z0-9_]*")


def skeleton(lab: Assignment) -> dict[Path, str]:
    """The files, by path, of a lab with one task, one probe, two cases, two graders and a wrong answer."""
    texts = {
        lab.rubric: "rubric.toml",
        lab.master: "master.txt",
        lab.probes: "probes.txt",
        lab.sample_dir / "three_samples.json": "sample.json",
        lab.secret_dir / "two_samples.json": "hidden.json",
        lab.graders: "test.txt",
        lab.solution_dir / "wrong" / "one_mean_for_all.py": "wrong.txt",
    }
    folder = files("autograder.authoring") / "skeleton"
    title = lab.name.replace("_", " ").capitalize()
    return {
        path: folder.joinpath(name).read_text("utf-8").replace("NAME", title) for path, name in texts.items()
    }


def new_assignment(root: Path, name: str) -> Assignment:
    """The places of a lab that is still to be.

    Raises:
        CourseError: the name cannot be one of a lab, or something has it already.
    """
    if not _NAME.fullmatch(name):
        raise CourseError(f"{name!r} cannot be a lab's name: small letters, digits and '_', a letter first.")
    lab = Assignment(root, name)
    places = (lab.rubric, lab.graders, lab.public_dir, lab.solution_dir, lab.fixtures_dir)
    if there := [path for path in places if path.exists()]:
        raise CourseError(f"{there[0]} is there already: choose another name than {name}.")
    return lab


def write_lab(texts: Mapping[Path, str]) -> None:
    """Write the files of a lab."""
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
