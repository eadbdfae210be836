"""How many mistakes are told by their name, also where somebody writes otherwise than the reference.

Trusted side.
"""

from dataclasses import dataclass

from autograder.authoring.bank import read_bank
from autograder.fleet import Recorder
from autograder.fleet.local import as_finished
from autograder.grading.bench import Bench, with_instructors_bench
from autograder.grading.known_answers import lacks_a_part
from autograder.grading.recordings import Recordings
from autograder.judging.expectations import answers_of
from autograder.judging.judge import judge_task
from autograder.judging.naming import informative, same_answers, viewed
from autograder.judging.session import Answers
from autograder.lab.lab import Lab
from autograder.results.environment import environment_of
from autograder.results.schema import TaskResult
from autograder.submission import Submission


@dataclass(frozen=True)
class Naming:
    """Of the tasks that mistakes lose in all forms: how many are told by name; sentences on the rest."""

    name: str
    named: int
    lost: int
    unnamed: tuple[str, ...]


def named_in_forms(lab: Lab, recorder: Recorder) -> Naming:
    """Grade each wrong answer as those make it who write as an accepted variant does.

    Raises:
        CourseError, AuthoringError, SandboxError: the lab cannot be run at all.
    """
    bank = read_bank(lab.assignment, lab.rubric, lab.policy)
    wrong = {each.name: each for each in bank.wrong}
    made: dict[tuple[str, str], Submission] = {
        (name, variant.name): submission
        for name, each in wrong.items()
        for variant in bank.accepted
        if (submission := bank.in_form_of(variant, each))
    }

    def body(bench: Bench) -> Naming:
        store = Recordings(lab, bench.recorder, environment_of(bench.recorder.level), bank.reference)

        def record(name: str, submission: Submission) -> Answers:
            keys = bench.graders.keys(wrong[name].loses)
            return answers_of(store.record(submission, keys), lab.rubric.limits)

        def both(what: tuple[str, str]) -> tuple[Answers, Answers]:
            return record(what[0], made[what]), record(what[0], wrong[what[0]].submission)

        def alike(one: str, other: str, form: str, task: str) -> bool:
            """Whether either name is true of a task, since both mistakes answer the same in this form."""
            if (other, form) not in made:
                return False
            keys, view = bench.graders.keys({task}), viewed(bench.graders.summaries(), bench.graders.case)
            mine, theirs = (
                answers_of(store.record(made[name, form], keys), lab.rubric.limits) for name in (one, other)
            )
            noise = bench.expectations.noise
            return all(same_answers(k, mine[k], theirs[k], noise.get(k[0], {}), view) for k in keys)

        named, unnamed = 0, []
        for (name, form), (answers, by_itself) in as_finished(both, made, bench.recorder.places):
            if lacks_a_part(answers, by_itself):
                continue
            for task in _lost(bench, wrong[name].loses, answers):
                told = task.misconception or ""
                if task.hint == wrong[name].hint or alike(name, told, form, task.id):
                    named += 1
                else:
                    cause = told or task.difference or "nothing"
                    unnamed.append(f"{name} written as {form}: {task.id} is told as {cause}.")
        return Naming(lab.assignment.name, named, named + len(unnamed), tuple(sorted(unnamed)))

    return with_instructors_bench(lab, recorder, None, body)


def can_be_told(bench: Bench, task: TaskResult, answers: Answers) -> bool:
    """Whether answers to a task of code say enough to be somebody's: a constant is nobody's."""
    failed = {test.name for test in task.tests if test.status != "passed"}
    probes = {g.key[0] for g in bench.graders.all if g.task == task.id and g.name in failed}
    view = viewed(bench.graders.summaries(), bench.graders.case)
    keys = [[key for key in answers if key[0] == probe] for probe in probes]
    return task.kind == "code" and any(informative(of_probe, answers, view) for of_probe in keys)


def _lost(bench: Bench, tasks: frozenset[str], answers: Answers) -> list[TaskResult]:
    rubric = bench.lab.rubric
    judged = [
        judge_task(task_id, rubric.tasks[task_id], bench.graders, answers, bench.expectations)
        for task_id in sorted(tasks)
        if rubric.tasks[task_id].kind == "code"
    ]
    return [task for task in judged if task.status != "passed" and can_be_told(bench, task, answers)]
