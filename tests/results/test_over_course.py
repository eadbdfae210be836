"""A student over all labs: weights, and late days that are free over the course."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.course.layout import CourseError
from autograder.course.rubric import Late
from autograder.results.class_list import Student
from autograder.results.late_days import Rules
from autograder.results.over_course import CourseRules, GradedLab, standings
from autograder.results.schema import Result
from tests.reports.fake import RUBRIC, make_result

DUE = datetime.fromisoformat("2026-10-01T23:59:00+02:00")


def a_lab(number: int, late: int | None = 0, passed: bool = True, free: int = 0) -> GradedLab:
    """The lab of week `number`, handed in by ada so many days late; `None`: by nobody."""
    due = DUE + timedelta(weeks=number)
    when = str(due + timedelta(days=late or 0) - timedelta(hours=1))
    result = make_result("ada", rest="passed" if passed else "failed")
    return GradedLab(
        f"lab{number}",
        RUBRIC,
        Rules(late=Late(due=due, per_day=0.1, free_days=free)),
        [] if late is None else [result],
        [Student(student="ada", handed_in="" if late is None else when)],
        Path(),
    )


def percents(labs: list[GradedLab], **rules: object) -> float:
    (one,) = standings(labs, CourseRules.model_validate(rules), {})
    return one.percent


def score(lab: GradedLab) -> float:
    """What ada has of a lab, in percent, in time."""
    return percents([lab], free_days=99)


def test_labs_weigh_what_the_course_says() -> None:
    good, bad = a_lab(1), a_lab(2, passed=False)
    assert percents([good, bad]) == pytest.approx((score(good) + score(bad)) / 2, abs=0.01)
    weighed = percents([good, bad], weights={"lab1": 3})
    assert weighed == pytest.approx((3 * score(good) + score(bad)) / 4, abs=0.01)
    assert percents([good, bad], weights={"lab2": 0}) == score(good)


def test_what_was_not_handed_in_counts_nothing() -> None:
    assert percents([a_lab(1), a_lab(2, late=None)]) == pytest.approx(score(a_lab(1)) / 2, abs=0.01)


def test_free_days_are_used_up_in_the_order_in_which_labs_were_due() -> None:
    labs = [a_lab(3, late=1), a_lab(1, late=2), a_lab(2, late=1)]
    (one,) = standings(labs, CourseRules(free_days=3), {})
    assert [of.free_days for of in one.labs] == [0, 2, 1]
    assert (one.late_days, one.free_days) == (4, 3)
    whole = make_score(a_lab(1))
    assert [of.result.score if of.result else None for of in one.labs] == [0.9 * whole, whole, whole]


def make_score(lab: GradedLab) -> float:
    (one,) = standings([lab], CourseRules(free_days=99), {})
    result = one.labs[0].result
    assert isinstance(result, Result)
    return result.score


def test_without_a_rule_of_the_course_each_lab_has_its_own() -> None:
    (one,) = standings([a_lab(1, late=2, free=1), a_lab(2, late=1, free=1)], CourseRules(), {})
    assert [of.free_days for of in one.labs] == [1, 1]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=5), st.integers(0, 12))
def test_a_free_day_more_never_makes_it_less(late: list[int], free: int) -> None:
    labs = [a_lab(number, days) for number, days in enumerate(late)]
    assert percents(labs, free_days=free + 1) >= percents(labs, free_days=free)


def test_what_cannot_be_one_course_is_refused() -> None:
    with pytest.raises(CourseError, match="Two of the folders hold results of lab1"):
        standings([a_lab(1), a_lab(1)], CourseRules(), {})
    with pytest.raises(CourseError, match="No lab here has a weight"):
        standings([a_lab(1)], CourseRules(weights={"lab1": 0}), {})
