"""One submission graded where Gradescope wants it, by `run_autograder`. Trusted side.

Gradescope lays out `submission/`, `submission_metadata.json` and the unpacked autograder in `source/`, starts
`run_autograder`, and reads `results/results.json`. Where that file is missing, it tells the instructor that
the autograder failed: so does ours, instead of a zero.
"""

import json
import sys
from pathlib import Path
from typing import Any, Literal, cast

from autograder.course.layout import Course, CourseError
from autograder.reports.feedback import lines_of
from autograder.results.class_list import Student
from autograder.results.late_days import Rules
from autograder.results.schema import Result, TaskResult
from autograder.results.totals import with_total
from autograder.submission.find import Found, student_name

Visibility = Literal["visible", "after_due_date", "after_published", "hidden"]


def gradescope_results(result: Result, visibility: Visibility = "visible") -> dict[str, Any]:
    """`results.json` for a result: one test a task; written ones have no score, which a person gives.

    Source: "Autograder Specifications", Gradescope's documentation.

    Args:
        visibility: from when on students see points and hints.
    """
    return {
        "score": result.score,
        "output": "\n".join(result.problems),
        "output_format": "text",
        "visibility": visibility,
        "stdout_visibility": "hidden",
        "tests": [_told(task) | {"visibility": visibility} for task in result.tasks],
        "extra_data": {"assignment": result.assignment, "sandbox": result.environment.sandbox},
    }


def grade_one(root: Path, name: str) -> Result:
    """Grade what lies in `root/submission` with the course in `root/source/course`, by its rubric's rules.

    One thing after the other: what records has given its memory back before what judges needs some.

    Raises:
        CourseError: the lab is broken, or the sandbox reaches no level that confines.
        SandboxError: something of ours failed.
    """
    from autograder.fleet.twice import record_and_mark
    from autograder.grading.bench import Bench, with_bench
    from autograder.grading.expectations_file import read_expectations
    from autograder.grading.pipeline import internal_fault
    from autograder.lab.lab import read_lab
    from autograder.sandbox import Recording, SandboxError
    from autograder.sandbox.client import ForkServer

    lab = read_lab(Course(root / "source/course").assignment(name))
    student = _student(root / "submission_metadata.json")
    submission = lab.read(Found(root / "submission", student.student))
    recording: Recording | None = None
    with ForkServer(lab.modules(), places=1).start() as server:
        level = server.level
        if level == "process":
            raise CourseError("The sandbox reaches only level process in this container: nothing was run.")
        if not submission.problem:
            recording = record_and_mark(server, lab.job(submission))

    def body(bench: Bench) -> Result:
        if recording is None:
            return bench.unreadable(submission)
        with bench.with_judges() as judging:
            return judging.judged(submission, recording)

    try:
        result = with_bench(lab, server, level, lambda graders, environment: read_expectations(lab), body)
    except ValueError as error:
        raise CourseError(str(error)) from error
    if fault := internal_fault(result):
        print(fault)  # only those who teach see it
        if all(task.status == "internal" for task in result.tasks if task.kind != "written"):
            raise SandboxError(fault)
    return with_total(result, Rules(late=lab.rubric.late, drop=lab.rubric.drop), student)


def _judged(task: TaskResult) -> dict[str, Any]:
    said = [task.difference] if task.difference else []
    if task.misconception:
        said = [f"This looks like a known mistake. {task.hint}"]
    for line in lines_of(task):
        said.append(f"{'ok' if line.passed else 'x '} {line.name}")
        said += [f"   {text}" for text in (line.said, line.hint) if text]
    return _named(task) | {
        "score": task.score,
        "max_score": task.max_score,
        "status": "passed" if task.status == "passed" else "failed",
        "output": "\n".join(said),
    }


def _told(task: TaskResult) -> dict[str, Any]:
    if task.kind == "written":
        return _named(task) | {"output": f"A person grades this answer, {task.max_score:g} points."}
    if task.status == "internal":
        said = "Something of ours failed here. That is not your fault: a person decides about these points."
        return _named(task) | {"output": said}
    return _judged(task)


def _named(task: TaskResult) -> dict[str, Any]:
    return {
        "number": task.id,
        "name": task.title,
        "output_format": "text",
        "tags": [task.kind, *(["bonus"] if task.bonus else [])],
    }


def _student(metadata: Path) -> Student:
    """Who handed in, and when; Gradescope keeps who it was, so that a missing one does no harm."""
    try:
        told = json.loads(metadata.read_text(encoding="utf-8"))
        name = student_name(told["users"][0]["name"])
        return Student(student=name, handed_in=str(told.get("created_at", "")))
    except (OSError, ValueError, LookupError, TypeError):
        return Student(student="submission")


def main(root: Path, name: str, visibility: Visibility) -> None:
    """Grade, and write `root/results/results.json`."""
    text = json.dumps(gradescope_results(grade_one(root, name), visibility), indent=1)
    out = root / "results"
    out.mkdir(exist_ok=True)
    (out / "results.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]).resolve(), sys.argv[2], cast(Visibility, sys.argv[3]))
    except CourseError as error:
        sys.exit(str(error))
