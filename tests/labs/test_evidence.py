"""What the labs take as evidence: right code gives it, nobody can make it up, and one mistake costs once.

All labs, by rule: each place of a reference is left undone, raises, or returns another shape, and one hangs;
everything that a student holds is handed in for all that is asked; and graders are given answers that nobody
computed.
"""

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from autograder.authoring.bank import Bank, read_bank
from autograder.authoring.master import Master, read_master
from autograder.course.layout import Assignment
from autograder.fleet.local import as_finished
from autograder.grading.bench import Bench, with_instructors_bench
from autograder.judging.expectations import answers_of
from autograder.judging.judge import judge_task
from autograder.judging.session import Answers
from autograder.lab.lab import Lab, read_lab
from autograder.results.schema import Result, TaskResult
from autograder.sandbox import Recording
from autograder.sandbox.client import ForkServer
from autograder.submission import Submission
from tests.labs import evidence

pytestmark = pytest.mark.thorough

COURSE = Path(__file__).parents[2]
RUBRICS = sorted((COURSE / "autograder/graders").glob("*.toml"))
LABS = [p.stem for p in RUBRICS if Assignment(COURSE, p.stem).grader_files()]  # a reading lab has no evidence


@dataclass(frozen=True)
class Trial:
    """A lab ready to try submissions and answers on."""

    lab: Lab
    bank: Bank
    master: Master
    bench: Bench

    def results(self, submissions: dict[str, Submission]) -> Iterator[tuple[str, Result]]:
        """Each submission's result, as they finish."""

        def recorded(name: str) -> Recording:
            return self.bench.recorder.record(self.lab.job(submissions[name]))

        for name, recording in as_finished(recorded, submissions, self.bench.recorder.places):
            yield name, self.bench.judged(submissions[name], recording)

    def judged(self, answers: Answers) -> list[TaskResult]:
        """The tasks that graders decide about."""
        expectations = self.bench.expectations
        return [
            judge_task(name, task, self.bench.graders, answers, expectations)
            for name, task in self.lab.rubric.tasks.items()
            if task.kind != "written"
        ]


def on(name: str, body: Callable[[Trial], None]) -> None:
    """Run `body` on a lab."""
    lab = read_lab(Assignment(COURSE, name))
    bank = read_bank(lab.assignment, lab.rubric, lab.policy)
    master = read_master(lab.assignment.master)
    with ForkServer(lab.modules()) as server, np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of means of nothing
        with_instructors_bench(lab, server, None, lambda bench: body(Trial(lab, bank, master, bench)))


@pytest.mark.parametrize("name", LABS)
def test_a_place_that_is_not_done_costs_its_own_task_alone(name: str) -> None:
    spoilt: list[str] = []

    def body(trial: Trial) -> None:
        first, *_ = regions = list(evidence.regions_of(trial.master))
        tried = {
            f"{region}, {way.__name__}": (region, submission)
            for region in regions
            for way in (evidence.undone, evidence.raising, evidence.of_a_wrong_shape)
            if (submission := way(trial.bank, region))
        }
        # A hang is waited for in every probe that tries the place, and all are tried in the same way.
        tried[f"{first}, hanging"] = first, evidence.hanging(trial.bank, first)
        probes = "\n".join(path.read_text() for path in trial.lab.assignment.public_modules())
        for what, result in trial.results({what: one for what, (_, one) in tried.items()}):
            place, _ = tried[what]
            others = [
                task
                for task in result.tasks
                if task.kind == "code"
                and task.id != place.task
                and not evidence.needs_a_helper_of(place, task.id, regions, probes)
            ]
            spoilt.extend(
                f"{what}: {t.id} {t.score:g}/{t.max_score:g}" for t in others if t.score < t.max_score
            )

    on(name, body)
    assert not spoilt, "\n".join(sorted(spoilt))


@pytest.mark.parametrize("name", LABS)
def test_nothing_that_a_student_holds_is_an_answer(name: str) -> None:
    earned: list[str] = []

    def body(trial: Trial) -> None:
        copies = dict(evidence.public_copies(trial.lab.assignment, trial.bank, trial.master))
        for what, result in trial.results(copies):
            earned.extend(f"{what}: {t.id} {t.score:g}" for t in result.tasks if t.score)

    on(name, body)
    assert not earned, "\n".join(sorted(earned))


@pytest.mark.parametrize("name", LABS)
def test_answers_that_nobody_computed_earn_nothing(name: str) -> None:
    earned: list[str] = []

    def body(trial: Trial) -> None:
        recording = trial.bench.recorder.record(trial.lab.job(trial.bank.reference))
        right = answers_of(recording, trial.lab.rubric.limits)
        inputs = {(call.probe, call.case): call.data for call in trial.lab.calls}
        for kind, forge in evidence.FORGERIES.items():
            answers = evidence.forged(trial.bench.graders, right, inputs, forge)
            # A network's weights are the same on each case: those of a sample case are the handed-in ones.
            tasks = [t for t in trial.judged(answers) if t.kind == "code" or "sample" not in kind]
            earned.extend(
                f"{kind}: {t.id} {t.score:g}"
                for t in tasks
                if t.score and not evidence.are_right(trial.bench.graders, t.id, answers, right)
            )

    on(name, body)
    assert not earned, "\n".join(sorted(earned))
