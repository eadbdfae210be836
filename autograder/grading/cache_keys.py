"""What a recording and a result depend on, as hashes: what has the same ones need not be made again.

Trusted side; reads the course, never a submission's meaning.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import autograder
import data_utils
from autograder.lab.lab import Lab
from autograder.results.schema import Environment
from autograder.submission import Submission
from data_utils.places import sets_found

_ENGINE = Path(autograder.__file__).parent
_JUDGING_ROOMS = ("course", "results", "lab", "judging", "grading")  # whose code decides about a result


def recording_conditions(lab: Lab, environment: Environment) -> str:
    """A hash of all that recordings depend on beside the submission itself.

    That is: cases, probes, given helpers, seed, limits, environment, sandbox level, and our code in the box.
    """
    sources = [*(_ENGINE / "sandbox").glob("*.py"), *Path(data_utils.__file__).parent.glob("*.py")]
    return _hash(lab.digest(), environment.model_dump_json(), _content(sources, _ENGINE.parent))


def recording_key(conditions: str, submission: Submission) -> str:
    """A hash of the conditions and of what runs: cells and files, but neither outputs nor prose."""
    digest = hashlib.sha256(conditions.encode())
    for cell in submission.cells:
        digest.update(f"{cell}\0".encode())
    for name, data in sorted(submission.files.items()):
        digest.update(f"{name}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()


def known_conditions(lab: Lab, environment: Environment) -> str:
    """A hash of all that the answers of the lab's own submissions depend on."""
    sources = [*(_ENGINE / "authoring").glob("*.py"), *(_ENGINE / "submission").glob("*.py")]
    sources += [_ENGINE / "grading/known_answers.py"]
    sources += [_ENGINE / "judging" / f"{name}.py" for name in ("comparisons", "naming", "sketches")]
    sources += [lab.assignment.notebook, *files_below(lab.assignment.solution_dir)]
    sources += files_below(lab.assignment.fixtures_dir / "checkpoints")
    axes = f"{lab.rubric.axes} {lab.rubric.tell_mutants}"
    return _hash(recording_conditions(lab, environment), axes, _content(sources, lab.assignment.root))


def judging_conditions(lab: Lab, environment: Environment) -> str:
    """A hash of all that results depend on beside the recording: graders, rubric, fixtures, known answers."""
    assignment = lab.assignment
    sources = [*assignment.grader_files(), assignment.rubric, *files_below(assignment.fixtures_dir)]
    for room in _JUDGING_ROOMS:
        sources += (_ENGINE / room).glob("*.py")
    data = str([str(folder) for folder in sets_found()])
    return _hash(known_conditions(lab, environment), data, _content(sources, lab.assignment.root))


def result_key(recording: str, conditions: str, submission: Submission) -> str:
    """A hash of the recording's key, the judging's conditions, and what a result says of the submission."""
    return _hash(recording, conditions, submission.student, submission.name, submission.sha256)


def files_below(folder: Path) -> list[Path]:
    """The files in a folder and its folders, without what Python compiled."""
    return [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]


def _content(paths: Iterable[Path], root: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted({path for path in paths if path.is_file()}):
        name = path.relative_to(root) if path.is_relative_to(root) else path.name
        digest.update(f"{name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
