"""From recorded answers to the tasks of a result. Trusted side; pure but for the graders it asks."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from autograder.authoring.master import AuthoringError
from autograder.course.layout import CourseError
from autograder.course.rubric import Rubric, Task
from autograder.judging.comparisons import same_values
from autograder.judging.expectations import Expectations
from autograder.judging.explaining import Explanation, explained
from autograder.judging.session import Answers, Grader, Graders, Key, Verdict
from autograder.lab.cases import visibility_of
from autograder.results.schema import Status, TaskResult, TestResult

Judged = list[tuple[Grader, Verdict]]
_NO_ANSWER = ("error", "timeout", "not_implemented")


def judge(
    graders: Graders, rubric: Rubric, answers: Answers, expectations: Expectations
) -> Iterator[TaskResult]:
    """Every task of the rubric, in its order, as soon as it is decided; written ones are `pending`."""
    for task_id, task in rubric.tasks.items():
        yield judge_safely(task_id, task, graders, answers, expectations)


def judge_safely(
    task_id: str, task: Task, graders: Graders, answers: Answers, expectations: Expectations
) -> TaskResult:
    """One task; `internal`, it alone, where something of ours fails on what a submission answers."""
    if task.kind == "written":
        return _undecided(task_id, task, "pending")
    try:
        return judge_task(task_id, task, graders, answers, expectations)
    except Exception as error:
        return failed_task(task_id, task, "judging", f"{type(error).__name__}: {error}")


def failed_task(task_id: str, task: Task, what: str, fault: str) -> TaskResult:
    """A task where something of ours failed: loud, and never a zero in silence.

    Args:
        what: that failed; fault: how. Both are for the instructor, as all that is said of secret cases.
    """
    told = TestResult(name=what, case="", visibility="secret", status="internal", message=fault)
    return _undecided(task_id, task, "internal").model_copy(update={"tests": (told,)})


def check_graders(graders: Graders, rubric: Rubric) -> None:
    """Every code and weights task has graders, with cases, and no grader decides about anything else.

    Raises:
        CourseError: names the task.
    """
    check_cases(graders)
    decided = {grader.task for grader in graders.all}
    wanted = {task_id for task_id, task in rubric.tasks.items() if task.kind != "written"}
    if missing := sorted(wanted - decided):
        raise CourseError(f"No grader decides about task {missing[0]}.")
    if unknown := sorted(decided - wanted):
        raise CourseError(
            f"A grader decides about {unknown[0]}, which is no code or weights task of the rubric."
        )


def check_cases(graders: Graders) -> None:
    """Every grader has cases.

    Raises:
        AuthoringError: names file and line of the grader.
    """
    if graders.without_cases:
        raise AuthoringError(
            f"{graders.without_cases[0]}, and no case file in sample/ or secret/ of the fixtures is for it."
        )


def _undecided(task_id: str, task: Task, status: Status) -> TaskResult:
    return TaskResult(
        id=task_id,
        title=task.title,
        kind=task.kind,
        status=status,
        score=0,
        max_score=task.points,
        bonus=task.bonus,
    )


def judge_task(
    task_id: str, task: Task, graders: Graders, answers: Answers, expectations: Expectations
) -> TaskResult:
    """One code or weights task, from the answers to its graders' cases."""
    chosen = [grader for grader in graders.all if grader.task == task_id]
    keys = list(dict.fromkeys(grader.key for grader in chosen))
    judged, share, expected = _best_combination(chosen, keys, graders, answers, expectations.combinations)
    status = _status(judged, share)
    share = 0 if status == "pending" else share  # a person gives all of its points
    told = Explanation()
    if status in ("failed", "partial", "error"):
        told = explained(task_id, judged, expected, graders, answers, expectations)
    return TaskResult(
        id=task_id,
        title=task.title,
        kind=task.kind,
        status=status,
        score=round(task.points * share, 2),
        max_score=task.points,
        bonus=task.bonus,
        tests=tuple(_test(grader, verdict, told.probes) for grader, verdict in judged),
        misconception=told.name or None,
        hint=told.hint,
        difference=told.difference,
    )


def _best_combination(
    chosen: Sequence[Grader],
    keys: Sequence[Key],
    graders: Graders,
    answers: Answers,
    combinations: Sequence[Answers],
) -> tuple[Judged, float, Answers]:
    """The verdicts, points and expected answers of the combination of axes that the answers come closest to.

    One combination for all cases of the task: an answer may not take the plain distance in one and the
    squared one in the next.
    """
    best: tuple[Judged, float, Answers] = [], -1.0, combinations[0]
    tried: list[Answers] = []
    compared = [grader.key for grader in chosen if grader.compares]
    for expected in combinations:
        if any(_alike(compared, expected, earlier) for earlier in tried):
            continue
        tried.append(expected)
        judged = [(grader, graders.ask(grader, answers, expected)) for grader in chosen]
        share = _share(judged)
        if share > best[1]:
            best = judged, share, expected
        if share == 1 or not any(answers[key].outcome == "ok" for key in keys):
            break
    return best


def shares_of(graders: Iterable[Grader]) -> dict[str, float]:
    """The part of a task's points that each of its graders gives, by name."""
    named = {grader.name: grader.share for grader in graders}
    given = sum(share for share in named.values() if share is not None)
    others = sum(share is None for share in named.values())
    each = (1 - given) / others if others else 0.0
    return {name: each if share is None else share for name, share in named.items()}


def _share(judged: Judged) -> float:
    """The part of the points that was earned, each grader's by what it said on the cases that decide."""
    shares = shares_of(grader for grader, _ in judged)
    kept = {name: _kept([pair for pair in judged if pair[0].name == name]) for name in shares}
    return 1.0 if set(kept.values()) == {1.0} else sum(shares[name] * part for name, part in kept.items())


def _kept(judged: Judged) -> float:
    """The part of its points that one grader gives.

    Secret cases decide where there are any. A claim holds if it holds on each of them; but where the code ran
    to its end on most, a case on which it raised or was stopped costs that case alone.
    """
    secret = [verdict for grader, verdict in judged if visibility_of(grader.key[1]) == "secret"]
    deciding = secret or [verdict for _, verdict in judged]
    ended = [verdict for verdict in deciding if verdict.status not in _NO_ANSWER]
    if any(verdict.status != "passed" for verdict in ended) or 2 * len(ended) <= len(deciding):
        return 0.0
    return len(ended) / len(deciding)


def _status(judged: Judged, share: float) -> Status:
    statuses = {verdict.status for _, verdict in judged}
    if "internal" in statuses:
        return "internal"
    if "pending" in statuses:
        return "pending"
    if share == 1:
        return "passed"
    if share > 0:
        return "partial"
    for status in ("timeout", "not_implemented", "error"):
        if status in statuses:
            return status
    return "failed"


def _alike(keys: Sequence[Key], one: Answers, other: Answers) -> bool:
    return all(
        one[key].outcome == other[key].outcome and same_values(one[key].values, other[key].values)
        for key in keys
    )


def _test(grader: Grader, verdict: Verdict, explained: Collection[str]) -> TestResult:
    """A hint that only follows from what was explained is not told: there is one cause for one mistake."""
    visibility = visibility_of(grader.key[1])
    ours = verdict.status == "internal"
    return TestResult(
        name=grader.name,
        case=grader.key[1].partition("/")[2],
        visibility=visibility,
        status=verdict.status,
        message=verdict.message if visibility == "sample" or ours else verdict.secret_message,
        hint="" if grader.key[0] in explained else verdict.hint,
    )
