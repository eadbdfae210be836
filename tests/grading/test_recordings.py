"""What proofs record: the reference whole, of others what they can answer otherwise, and nothing twice."""

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from autograder.authoring.bank import Bank, read_bank
from autograder.course.layout import find_course
from autograder.grading.recordings import Recordings
from autograder.lab.lab import Lab, read_lab
from autograder.results.environment import environment_of
from autograder.sandbox import CellError, Job, Level, RawAnswer, Recording
from autograder.submission import Submission

SHARED = "cluster_margin_ignored"  # a change of the loss of 1.2 alone
PROBES = {"cluster_loss", "cluster_triplets", "hierarchical_loss", "margins", "statistics", "thresholds"}


@dataclass
class Box:
    """Answers with a hash of the cells, and notes what it was asked."""

    level: Level = "full"
    places: int = 1
    errors: tuple[CellError, ...] = ()
    busy: bool = False
    asked: list[set[str]] = field(default_factory=list)

    def record(self, job: Job) -> Recording:
        self.asked.append({call.probe for call in job.calls})
        frame = hashlib.sha256(str(job.cells).encode()).digest()
        answers = tuple(RawAnswer(call.probe, call.case, "recorded", frame) for call in job.calls)
        return Recording("full", answers, self.errors, busy=self.busy)


@pytest.fixture(scope="module")
def lab() -> Lab:
    return read_lab(find_course(Path(__file__).parents[2]).assignment("hard_triplets"))


@pytest.fixture(scope="module")
def bank(lab: Lab) -> Bank:
    return read_bank(lab.assignment, lab.rubric, lab.policy)


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Box:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return Box()


def opened(lab: Lab, bank: Bank, box: Box) -> Recordings:
    return Recordings(lab, box, environment_of("full"), bank.reference)


def changed(bank: Bank) -> Submission:
    return bank.submissions()[f"wrong/{SHARED}"]


def test_a_mistake_is_asked_what_reaches_it_and_the_rest_is_the_references(
    lab: Lab, bank: Bank, box: Box
) -> None:
    store = opened(lab, bank, box)
    recording = store.record(changed(bank))
    assert box.asked == [PROBES, {"cluster_loss"}]
    assert [(a.probe, a.case) for a in recording.answers] == [(c.probe, c.case) for c in lab.calls]
    theirs = {a.frame for a in recording.answers if a.probe != "cluster_loss"}
    assert theirs == {a.frame for a in store.reference.answers}
    assert theirs.isdisjoint(a.frame for a in recording.answers if a.probe == "cluster_loss")


def test_only_what_is_asked_for_comes(lab: Lab, bank: Bank, box: Box) -> None:
    keys = {(call.probe, call.case) for call in lab.calls if call.probe in ("margins", "cluster_loss")}
    recording = opened(lab, bank, box).record(changed(bank), keys)
    assert {(a.probe, a.case) for a in recording.answers} == keys


def test_other_files_can_change_anything(lab: Lab, bank: Bank, box: Box) -> None:
    opened(lab, bank, box).record(replace(bank.reference, files={"more.py": b""}))
    assert box.asked == [PROBES, PROBES]


def test_a_cell_that_fails_can_change_anything(lab: Lab, bank: Bank, box: Box) -> None:
    store = opened(lab, bank, box)
    box.errors = (CellError("hard_triplets.ipynb, cell 3", 1, "NameError", "name 'x' is not defined"),)
    store.record(changed(bank))
    assert box.asked == [PROBES, {"cluster_loss"}, PROBES]


def test_nothing_is_recorded_twice(lab: Lab, bank: Bank, box: Box) -> None:
    first = opened(lab, bank, box).record(changed(bank))
    assert opened(lab, bank, box).record(changed(bank)) == first
    assert len(box.asked) == 2


def test_what_a_busy_machine_starved_is_recorded_again(lab: Lab, bank: Bank, box: Box) -> None:
    store = opened(lab, bank, box)
    box.busy = True
    store.record(changed(bank))
    box.busy = False
    store.record(changed(bank))
    assert box.asked == [PROBES, {"cluster_loss"}, {"cluster_loss"}]
