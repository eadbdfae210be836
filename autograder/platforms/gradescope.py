"""One submission graded where Gradescope wants it, by `run_autograder`. Trusted side.

Gradescope lays out `submission/`, `submission_metadata.json` and the unpacked autograder in `source/`, starts
`run_autograder`, and reads `results/results.json`. Where that file is missing, it tells the instructor that
the autograder failed: so does ours, instead of a zero.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from autograder.course.layout import Course, CourseError
from autograder.reports.feedback import lines_of
from autograder.results.schema import Result, TaskResult
from autograder.submission.find import Found, student_name


def gradescope_results(result: Result) -> dict[str, Any]:
    """`results.json` for a result: one test a task; written ones have no score, which a person gives.

    Source: "Autograder Specifications", Gradescope's documentation.
    """
    return {
        "score": result.score,
        "output": "\n".join(result.problems),
        "output_format": "text",
        "stdout_visibility": "hidden",
        "tests": [_written(task) if task.kind == "written" else _judged(task) for task in result.tasks],
        "extra_data": {"assignment": result.assignment, "sandbox": result.environment.sandbox},
    }


def grade_one(root: Path, name: str) -> Result:
    """Grade what lies in `root/submission` with the course in `root/source/course`.

    Raises:
        CourseError: the lab is broken, or the sandbox reaches no level that confines.
        SandboxError: something of ours failed.
    """
    from autograder.grading.bench import Bench, with_instructors_bench
    from autograder.grading.pipeline import Graded
    from autograder.grading.pipeline import grade as grade_all
    from autograder.lab.lab import read_lab
    from autograder.sandbox import SandboxError
    from autograder.sandbox.client import ForkServer

    lab = read_lab(Course(root / "source/course").assignment(name))
    found = Found(root / "submission", _student(root / "submission_metadata.json"))

    def body(bench: Bench) -> Graded:
        if bench.environment.sandbox == "process":
            raise CourseError("The sandbox reaches only level process in this container: nothing was run.")
        with tempfile.TemporaryDirectory() as out:
            return next(iter(grade_all(bench, [found], Path(out))))

    with ForkServer(lab.modules()).start() as server:
        graded = with_instructors_bench(lab, server, None, body)
    if graded.fault:
        raise SandboxError(graded.fault)
    return graded.result


def _judged(task: TaskResult) -> dict[str, Any]:
    said = [f"This looks like a known mistake. {task.hint}"] if task.misconception else []
    for line in lines_of(task):
        said.append(f"{'ok' if line.passed else 'x '} {line.name}")
        said += [f"   {text}" for text in (line.said, line.hint) if text]
    return _named(task) | {
        "score": task.score,
        "max_score": task.max_score,
        "status": "passed" if task.status == "passed" else "failed",
        "output": "\n".join(said),
    }


def _written(task: TaskResult) -> dict[str, Any]:
    return _named(task) | {"output": f"A person grades this answer, {task.max_score:g} points."}


def _named(task: TaskResult) -> dict[str, Any]:
    return {
        "number": task.id,
        "name": task.title,
        "output_format": "text",
        "visibility": "visible",
        "tags": [task.kind, *(["bonus"] if task.bonus else [])],
    }


def _student(metadata: Path) -> str:
    """The first user's name; Gradescope keeps who it was, so that a missing one does no harm."""
    try:
        return student_name(json.loads(metadata.read_text(encoding="utf-8"))["users"][0]["name"])
    except (OSError, ValueError, LookupError, TypeError):
        return "submission"


def main(root: Path, name: str) -> None:
    """Grade, and write `root/results/results.json`."""
    text = json.dumps(gradescope_results(grade_one(root, name)), indent=1)
    out = root / "results"
    out.mkdir(exist_ok=True)
    (out / "results.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]).resolve(), sys.argv[2])
    except CourseError as error:
        sys.exit(str(error))
