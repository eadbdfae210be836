"""Late days and dropped tasks: what they do to a score, and that all that is made of results has it."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.course.layout import CourseError
from autograder.course.rubric import Late, read_rubric
from autograder.reports.store import read_results
from autograder.results.late_days import Rules, days_late, moment, part_taken, read_rules, write_rules
from tests.conftest import HandIn, Run
from tests.reports.fake import RUBRIC

DUE = datetime.fromisoformat("2026-10-01T23:59:00+02:00")
LATE = Late(due=DUE, free_days=1, per_day=0.1, most=0.25)


@pytest.mark.parametrize(
    ("after", "days", "part"),
    [
        (timedelta(days=-3), 0, 0),
        (timedelta(0), 0, 0),
        (timedelta(seconds=1), 1, 0),  # the free day
        (timedelta(days=1), 1, 0),
        (timedelta(days=1, seconds=1), 2, 0.1),
        (timedelta(days=3), 3, 0.2),
        (timedelta(days=30), 30, 0.25),
    ],
)
def test_a_day_begun_is_a_day(after: timedelta, days: int, part: float) -> None:
    assert days_late(LATE, DUE + after) == days
    assert part_taken(LATE, days) == pytest.approx(part)


def test_without_rules_nothing_is_written(tmp_path: Path) -> None:
    write_rules(RUBRIC, tmp_path)
    assert not list(tmp_path.iterdir())


def test_rules_are_kept_and_broken_ones_told(tmp_path: Path) -> None:
    write_rules(RUBRIC.model_copy(update={"late": LATE}), tmp_path)
    assert read_rules(tmp_path) == Rules(late=LATE)
    (tmp_path / "rules.json").write_text("{")
    with pytest.raises(CourseError, match="holds no rules"):
        read_rules(tmp_path)


@pytest.mark.parametrize(
    "text",
    ["2026-10-01 21:59:00.0 Z", "2026-10-01 21:59:00 UTC", "2026-10-01 21:59", "2026-10-01T23:59:00+02:00"],
)
def test_dates_as_platforms_write_them(text: str) -> None:
    assert moment(text) == DUE


@given(st.text() | st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}( Z|[+-][0-9]{2}:[0-9]{2})"))
def test_what_is_no_date_is_none_and_no_traceback(text: str) -> None:
    found = moment(text)
    assert found is None or found.tzinfo is not None


def test_a_due_date_without_an_offset_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text('title = "x"\n[tasks]\n[late]\ndue = 2026-10-01T23:59:00\n')
    with pytest.raises(CourseError, match=r"late\.due: .*timezone"):
        read_rubric(path)


def test_grades_count_late_days_from_a_roster_and_judging_changes_them(
    course: Path,
    run: Run,
    hand_in: HandIn,
    right: str,
    tmp_path: Path,
) -> None:
    handed = hand_in(tmp_path / "in", {"ada": right, "ben": right})
    roster = [
        {"student": "ada", "platform": "gradescope", "identity": "1", "handed_in": "2026-10-02 12:00:00 Z"},
        {"student": "ben", "platform": "gradescope", "identity": "2", "handed_in": "2026-09-30 12:00:00 Z"},
    ]
    (handed / "roster.json").write_text(json.dumps(roster))
    out = tmp_path / "out"
    assert run(course, "grade", "example", handed, "--out", out).returncode == 0
    assert [result.score for result in read_results(out)] == [10, 10]  # off by default
    rubric = course / "autograder/graders/example.toml"
    kept = rubric.read_text()
    rubric.write_text(kept + "\n[late]\ndue = 2026-10-01T23:59:00+02:00\nper_day = 0.2\n")
    try:
        judged = run(course, "judge", out)
    finally:
        rubric.write_text(kept)
    assert judged.returncode == 0, judged.stderr
    assert [result.score for result in read_results(out)] == [8, 10]
    assert '"ada","10","8","10",' in (out / "grades.csv").read_text()
    assert "1 day late" in (out / "report/ada.html").read_text()
