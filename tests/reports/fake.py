"""A made-up class for the reports' tests; also `python tests/reports/fake.py DIR` to look at its pages."""

import sys
from collections.abc import Sequence
from pathlib import Path

from autograder.course.rubric import Rubric, Task
from autograder.results.schema import Environment, Result, Status, SubmissionInfo, TaskResult, TestResult

RUBRIC = Rubric(
    title="Prototypical networks",
    tasks={
        "1.1": Task(title="Pairs and proxies", kind="written", points=10),
        "2.3": Task(title="Proxy-Anchor loss", kind="code", points=10, bonus=True),
        "3.1": Task(title="Prototypes and distances", kind="code", points=20),
        "3.2": Task(title="The loss", kind="code", points=20),
        "3.3": Task(title="Gradients", kind="code", points=15),
        "3.4": Task(title="Accuracy", kind="code", points=10),
        "3.5": Task(title="Your trained network", kind="weights", points=15),
        "3.6": Task(title="Report", kind="written", points=10),
    },
)

MEDIAN_HINT = "A prototype is the median of its class. The paper takes the mean of the embeddings."
AXIS_HINT = "The softmax goes over the queries. Each query chooses among the classes, so it goes over those."


def make_test(
    name: str = "each class has its own mean",
    case: str = "sample/three_classes",
    status: Status = "failed",
    message: str = "",
    hint: str = "",
) -> TestResult:
    visibility = "secret" if case.startswith("secret") else "sample"
    return TestResult(name=name, case=case, visibility=visibility, status=status, message=message, hint=hint)


def make_task(
    task: str,
    status: Status = "passed",
    score: float | None = None,
    tests: Sequence[TestResult] = (),
    misconception: str | None = None,
    hint: str = "",
) -> TaskResult:
    of = RUBRIC.tasks[task]
    if score is None:
        score = of.points if status == "passed" else 0
    return TaskResult(
        id=task,
        title=of.title,
        kind=of.kind,
        status=status,
        score=score,
        max_score=of.points,
        bonus=of.bonus,
        tests=tuple(tests),
        misconception=misconception,
        hint=hint,
    )


def make_result(
    student: str, *special: TaskResult, problems: Sequence[str] = (), rest: Status = "passed"
) -> Result:
    """A result whose tasks are `special` where named, else `rest`; written ones are pending."""
    by_id = {task.id: task for task in special}
    tasks = tuple(
        by_id.get(name) or make_task(name, "pending" if task.kind == "written" else rest)
        for name, task in RUBRIC.tasks.items()
    )
    return Result(
        assignment="protonet",
        assignment_version="1",
        student=student,
        submission=SubmissionInfo(name=f"{student}.ipynb", sha256="0" * 64),
        score=sum(task.score for task in tasks),
        max_score=100,
        tasks=tasks,
        environment=Environment(
            python="3.12.4", torch="2.14.1", numpy="2.3.0", platform="Linux x86_64", sandbox="full"
        ),
        problems=tuple(problems),
    )


def make_class() -> list[Result]:
    """Ten submissions with something of everything."""
    wrong = make_test(
        message="values differ, largest error 3.25 at [0, 1]\n  yours [[1.00, 4.25]]",
        hint="One row per class present in `labels`, ascending.",
    )
    secret = make_test(case="secret/one_query", message="never shown 0.31415", hint=wrong.hint)
    fine = make_test("gradients reach the features", status="passed")
    median = make_task("3.1", "partial", 8, [wrong, secret, fine], "median_for_mean", MEDIAN_HINT)
    axis = make_task("3.2", "failed", 0, [wrong, secret], "softmax_over_the_wrong_axis", AXIS_HINT)
    hang = make_test(status="timeout", message="ran longer than 10 s: tuva.ipynb, cell 4, line 3")
    error = make_test(
        "one query a class works",
        status="error",
        hint="What shape has it with one query a class?",
        message="IndexError: index 1 is out of bounds for dimension 0\n  at mio.ipynb, cell 9, line 12",
    )
    hidden = make_test(
        "one query a class works", "secret/one", "error", "IndexError at mio.ipynb, cell 9, line 12"
    )
    return [
        make_result("ada"),
        make_result("benno", make_task("2.3", "not_implemented"), make_task("3.5", "partial", 10)),
        make_result("chiara", median, make_task("2.3", "not_implemented")),
        make_result("dmitri", median, axis, make_task("2.3", "not_implemented")),
        make_result("elif", axis, make_task("2.3", "failed", tests=[wrong])),
        make_result("farid-al-hakim-von-und-zu-something", rest="not_implemented"),
        make_result("mio", make_task("3.4", "error", 0, [error, hidden])),
        make_result("noor", rest="error", problems=["noor.ipynb is no notebook: its JSON ends in line 3."]),
        make_result(
            "sofie", make_task("3.3", "internal", tests=[make_test(status="internal", message="boom")])
        ),
        make_result(
            "tuva", make_task("3.3", "timeout", 0, [hang]), problems=["tuva.ipynb, cell 7: NameError: x"]
        ),
    ]


if __name__ == "__main__":
    from rich.console import Console

    from autograder.reports.html import write_report
    from autograder.reports.table import class_table

    Console(width=100).print(class_table(make_class(), RUBRIC, 100))
    print(write_report(make_class(), RUBRIC, Path(sys.argv[1])))
