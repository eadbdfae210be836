"""How many notebooks for Otter or nbgrader become a lab that verifies at once.

    python benchmarks/imports.py FILE...

Imports each into a course of its own, builds and verifies it, and counts what was left to a person of its
tests.
"""

import argparse
import tempfile
from pathlib import Path

from autograder.authoring.build import planned
from autograder.authoring.imported.files import lab_files, read_imported
from autograder.authoring.skeleton import new_assignment, write_lab
from autograder.course.layout import CourseError
from autograder.grading.expectations_file import grader_tasks, record_expectations
from autograder.lab.lab import read_lab
from autograder.sandbox.client import ForkServer
from autograder.verification.verify import verify


def main() -> None:
    """Print a line for each notebook, and how many came through."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    files = parser.parse_args().files
    green = whole = 0
    for file in files:
        try:
            told, left = tried(file)
        except CourseError as error:
            told, left = str(error), []
        proven = told.startswith("proven")
        green, whole = green + proven, whole + (proven and not left)
        print(
            f"{file.parent.name}/{file.name}: {told}; {len(left)} lines of tests left to a person", flush=True
        )
    print(f"{green} of {len(files)} verify at once, {whole} of them with nothing of their tests left out")


def tried(file: Path) -> tuple[str, list[str]]:
    """What `verify` says of the imported lab, and the tests that could not be taken over."""
    with tempfile.TemporaryDirectory() as folder:
        lab = new_assignment(Path(folder), "imported")
        texts, todo = lab_files(read_imported(file), lab)
        left = [
            sentence for sentence in todo if "write a grader for" in sentence or "none of its" in sentence
        ]
        write_lab(texts)
        for path, text in planned(lab, grader_tasks(lab)).items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        record_expectations(lab).write(lab.expectations)
        read = read_lab(lab)
        with ForkServer(read.modules()).start() as server:
            found = verify(read, server)
        return f"{'proven' if not found.faults else found.faults[0]}, {found.reference[0]:g} points", left


if __name__ == "__main__":
    main()
