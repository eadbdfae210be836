"""Every hostile submission gets what it deserves, and nothing else changes.

Each file in the folders beside this one is a submission for the ProtoNet lab: a docstring that says what it
tries and what must happen, `BASE` (what it is added to: the reference, or the stub that knows nothing),
`LOST` (the tasks that it must not get, with their status), `POINTS` (what it gets all the same of tasks that are
partial) and then the cell itself; in `broken/` it is a function that lays out the files, with `PROBLEM` (what its
row says) where they cannot be read.
"""

import html
import json
import re
from collections import Counter
from pathlib import Path

import pytest
from autograder.reports.summary import status_line
from autograder.results.schema import Result
from autograder.course.rubric import Limits
from autograder.sandbox.clock import WALL
from tests.hostile.corpus import HONEST, Attack, Graded, attacks

pytestmark = pytest.mark.long

STUB = dict.fromkeys(("2.3", "3.1", "3.2", "3.3", "3.4"), "not_implemented") | {"3.5": "error"}
LIMITS = Limits(cells_seconds=3, cell_seconds=1, probe_seconds=1)
PROBES = 7  # of the lab
CORPUS = attacks()


def deserved(attack: Attack) -> dict[str, str]:
    """The tasks that it must not get, with their status."""
    if attack.constant("PROBLEM", None):
        return dict.fromkeys(STUB, "error")
    lost = attack.constant("LOST", {})
    return STUB | lost if attack.constant("BASE", "reference") == "stub" else lost


def row_of(attack: Attack, graded: Graded) -> Result:
    """Its result; its folder may be called otherwise than the file."""
    if attack.name in graded.results:
        return graded.results[attack.name]
    return next(result for name, result in graded.results.items() if attack.name in name)


def test_the_corpus_is_large_enough() -> None:
    assert len(CORPUS) >= 60
    assert len({attack.name for attack in CORPUS}) == len(CORPUS)


def test_the_documentation_counts_them() -> None:
    """`docs/security.md` has a row for each family."""
    told = (Path(__file__).parents[2] / "docs/security.md").read_text()
    counts = Counter(attack.path.parent.name for attack in CORPUS)
    rows = {row[0]: int(row[1]) for row in re.findall(r"^\| (\w+)(?: out| files)? \| (\d+) \|", told, re.M)}
    assert rows == counts
    assert f"`tests/hostile/` holds {len(CORPUS)} submissions" in told


@pytest.mark.parametrize("attack", CORPUS, ids=lambda attack: attack.name)
def test_it_gets_what_it_deserves(attack: Attack, graded: Graded) -> None:
    result = row_of(attack, graded)
    statuses = {task.id: task.status for task in result.tasks if task.kind != "written"}
    assert {task: status for task, status in statuses.items() if status != "passed"} == deserved(attack)
    full = [task.max_score for task in result.tasks if task.status == "passed"]
    assert result.score == sum(full) + attack.constant("POINTS", 0)
    # One sentence for the instructor, one for the student, and no traceback of ours.
    text = result.to_json()
    assert "Traceback" not in text
    assert "\\u00" not in text  # control characters
    feedback = (graded.out / "report" / f"{result.student}.html").read_text()
    secret = [test for task in result.tasks for test in task.tests if test.visibility == "secret"]
    assert "LEAK" not in "".join(test.model_dump_json() for test in secret)
    if deserved(attack):
        assert status_line(result)
        assert "\n" not in status_line(result)
        told = [t.message or t.hint for task in result.tasks for t in task.tests if t.status != "passed"]
        assert any(told) or any(result.problems)
    if problem := attack.constant("PROBLEM", None):
        assert len(result.problems) == 1
        assert re.search(problem, result.problems[0])
        assert result.problems[0].endswith(".")
        assert result.problems[0] in html.unescape(feedback)
    # It found nothing of what it looked for, and was stopped in time.
    assert "LEAK" not in graded.output(result.student)
    made = json.loads((graded.out / "made" / f"{result.student}.json").read_text())
    # Cells get three times their time in all, and of each probe two hangs are waited for, be the machine as
    # busy as it may.
    patience = 3 * LIMITS.cells_seconds + 2 * PROBES * LIMITS.probe_seconds
    assert made["seconds"] < WALL * patience


def test_nobody_else_is_touched(graded: Graded) -> None:
    honest = [result for name, result in graded.results.items() if name.startswith("honest")]
    assert len(honest) == HONEST
    assert {result.score for result in honest} == {70.0}
    assert len({result.model_dump_json(include={"tasks", "problems"}) for result in honest}) == 1


def test_everybody_has_a_row_and_the_command_succeeds(graded: Graded) -> None:
    assert graded.returncode == 0, graded.stderr
    assert "Traceback" not in graded.stdout + graded.stderr
    assert "\x1b" not in graded.stdout + graded.stderr
    assert "internal 0" in graded.stdout
    assert len(graded.results) == len(CORPUS) + HONEST
    assert len(graded.rows) == len(graded.results)


def test_nothing_is_written_outside(graded: Graded) -> None:
    assert graded.changed == ()


def test_no_process_is_left(graded: Graded) -> None:
    assert graded.left == ()
