"""Where the rubric says so, the best of several attempts counts; its own moment decides about lateness."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from autograder.reports.store import read_results
from autograder.results.class_list import class_of
from tests.conftest import HandIn, Run


@pytest.fixture
def rules(course: Path) -> Iterator[Path]:
    """The rubric's file, whatever is written into it."""
    rubric = course / "autograder/graders/example.toml"
    kept = rubric.read_text()
    yield rubric
    rubric.write_text(kept)


def attempts(hand_in: HandIn, folder: Path, first: str, second: str) -> Path:
    """One student's two attempts, the second of which is two days late."""
    for day, source in (("01", first), ("03", second)):
        hand_in(folder / "taken" / f"attempt 2026-10-{day}-12-00-00", {"example": source})
    class_ = folder / "class"
    class_.mkdir()
    (folder / "taken").rename(class_ / "7")
    hand_in_at(class_, datetime(2026, 10, 3, 12))
    return class_


def hand_in_at(class_: Path, when: datetime) -> None:
    """What the platform says."""
    handed_in = when.astimezone().isoformat(" ")
    ada = {"student": "7", "platform": "blackboard", "identity": "7", "handed_in": handed_in}
    (class_ / "roster.json").write_text(json.dumps([ada]))


@pytest.mark.parametrize(
    ("attempts_rule", "order", "day"),
    [("last", "right wrong", "03"), ("best", "right wrong", "01"), ("best", "right right", "01")],
)
def test_last_or_best(
    course: Path,
    rules: Path,
    run: Run,
    hand_in: HandIn,
    right: str,
    wrong: str,
    tmp_path: Path,
    attempts_rule: str,
    order: str,
    day: str,
) -> None:
    sources = {"right": right, "wrong": wrong}
    class_ = attempts(hand_in, tmp_path, *(sources[one] for one in order.split()))
    late = "[late]\ndue = 2026-10-01T23:59:00Z\nper_day = 0.05\n"
    rules.write_text(f'attempts = "{attempts_rule}"\n{rules.read_text()}\n{late}')
    ran = run(course, "grade", "example", class_, "--out", tmp_path / "out")
    assert ran.returncode == 0, ran.stderr
    result = read_results(tmp_path / "out")[0]
    assert result.problems[0].startswith(f"2 attempts were handed in, and the {attempts_rule} counts")
    assert f"of 2026-10-{day}" in result.problems[0]
    assert class_of(tmp_path / "out")[0].handed_in.startswith(f"2026-10-{day}")
    assert [one.student for one in read_results(tmp_path / "out")] == ["7"]
    assert (result.score == 10) == (day == "01")
    if attempts_rule == "best":
        again = run(course, "grade", "example", class_, "--out", tmp_path / "out")
        assert "graded 0, reused 1" in again.stdout


def test_moments_that_the_platform_does_not_confirm_are_the_students_own_words(
    course: Path, rules: Path, run: Run, hand_in: HandIn, right: str, wrong: str, tmp_path: Path
) -> None:
    """One zip, handed in two days late, with folders that say otherwise."""
    class_ = attempts(hand_in, tmp_path, right, wrong)
    hand_in_at(class_, datetime(2026, 10, 4, 12))
    late = "[late]\ndue = 2026-10-01T23:59:00Z\nper_day = 0.05\n"
    rules.write_text(f'attempts = "best"\n{rules.read_text()}\n{late}')
    ran = run(course, "grade", "example", class_, "--out", tmp_path / "out")
    assert ran.returncode == 0, ran.stderr
    assert class_of(tmp_path / "out")[0].handed_in.startswith("2026-10-04")
    assert 0 < read_results(tmp_path / "out")[0].score < 10
