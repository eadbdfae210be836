"""A lab as grading needs it, read from disk once. Trusted side."""

import ast
import hashlib
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from autograder.course.layout import Assignment
from autograder.course.rubric import Rubric, read_rubric
from autograder.lab.cases import read_calls
from autograder.results.schema import Visibility
from autograder.sandbox import Call, Job
from autograder.submission import Submission
from autograder.submission.extract import cells_from_notebook
from autograder.submission.find import Found, read_submission
from autograder.submission.policy import Policy, policy_of

MAX_FILES = 500  # and folders, beside the notebook; the scratch folder has room for 1,000


@dataclass(frozen=True)
class Lab:
    """One assignment with its rubric, its cases and what it runs of a notebook."""

    assignment: Assignment
    rubric: Rubric
    calls: tuple[Call, ...]
    policy: Policy
    seed: int = 0

    def read(self, handed_in: Path | Found) -> Submission:
        """What was handed in; `problem` says it where that does not fit into the sandbox."""
        submission = read_submission(handed_in, self.policy, self.given())
        size = sum(len(data) for data in submission.files.values())
        room = self.rubric.limits.scratch_mb << 19  # half of it: the rest is for what the code writes
        files = [PurePosixPath(name) for name in submission.files]
        count = len({path for file in files for path in (file, *file.parents[:-1])})
        if submission.problem is None and (size > room or count > MAX_FILES):
            problem = (
                f"{submission.name} has {count} files and folders of {size >> 20} MB beside the work, "
                f"more than {MAX_FILES} or {room >> 20} MB. Hand in the work and its checkpoints, no data."
            )
            return replace(submission, cells=(), files={}, problem=problem)
        return submission

    def job(self, submission: Submission) -> Job:
        """What the sandbox is given to record this submission."""
        return Job(
            cells=submission.cells,
            calls=self.calls,
            public_dir=self.assignment.public_dir,
            files=submission.files,
            seed=self.seed,
            limits=self.rubric.limits,
        )

    def given(self) -> frozenset[str]:
        """Names of the files that every student has: they are not the student's own work."""
        return self.assignment.given()

    def modules(self) -> tuple[str, ...]:
        """What the notebook and the probes import, without the given helpers: the server imports it once."""
        notebook = self.assignment.handed_out
        sources = [
            cell.source for cell in cells_from_notebook(notebook.read_bytes(), notebook.name, self.policy)
        ]
        sources += [path.read_text(encoding="utf-8") for path in self.assignment.public_modules()]
        given = {PurePosixPath(name).parts[0].removesuffix(".py") for name in self.given()}
        names = [name for source in sources for name in _imports(source) if name.split(".")[0] not in given]
        return tuple(dict.fromkeys(["torch", *names]))

    def digest(self) -> str:
        """A hash of everything but the submission that a recording depends on."""
        digest = hashlib.sha256(f"{self.seed} {self.rubric.limits}".encode())
        for path in self.assignment.public_modules():
            digest.update(
                path.relative_to(self.assignment.public_dir).as_posix().encode()
                + b"\0"
                + path.read_bytes()
                + b"\0"
            )
        for call in self.calls:
            digest.update(f"{call.probe}\0{call.case}\0{call.data}\0".encode())
        return digest.hexdigest()


def read_lab(
    assignment: Assignment, visibilities: tuple[Visibility, ...] = ("sample", "secret"), seed: int = 0
) -> Lab:
    """Read a lab.

    Raises:
        CourseError: names the file that is missing or broken.
    """
    rubric = read_rubric(assignment.rubric)
    policy = policy_of(assignment.handed_out.read_text(encoding="utf-8"))
    return Lab(assignment, rubric, read_calls(assignment, visibilities), policy, seed)


def _imports(source: str) -> list[str]:
    """Modules that the top level of `source` imports; submodules too, since they are what takes time."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return []
    names: list[str] = []
    for node in tree.body:
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.append(node.module)
    return names
