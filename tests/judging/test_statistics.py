"""Whether a count goes with a share."""

import random

import pytest

from autograder.judging.statistics import Series, far_from, log_likelihood_ratio, rivals

SERIES = Series(step=64, most=4096, accept=6.4, reject=11.5)


def test_rivals_stay_between_0_and_1() -> None:
    assert rivals(0.2) == pytest.approx((0.2 / 1.5, 0.3))
    assert rivals(0.8) == pytest.approx((0.8 / 1.5, 0.9))


def test_a_count_of_the_rival_s_share_is_likelier_under_it() -> None:
    assert log_likelihood_ratio(30, 100, share=0.2, rival=0.3) > 0
    assert log_likelihood_ratio(20, 100, share=0.2, rival=0.3) < 0


@pytest.mark.parametrize(("count", "far"), [(200, False), (215, False), (120, True), (310, True), (0, True)])
def test_a_count_is_refused_where_a_rival_is_much_likelier(count: int, far: bool) -> None:
    assert far_from(0.2, count, 1000, reject=11.5) == far


def test_a_right_share_is_hardly_ever_refused_and_a_wrong_one_nearly_always() -> None:
    right, _ = SERIES.refused(0.2, 0.2)
    assert right < 1e-4
    for rival in rivals(0.2):
        wrong, _ = SERIES.refused(0.2, rival)
        assert 1 - wrong < 1e-3


def test_the_exact_probability_is_that_of_many_series() -> None:
    """Of a share between both, so that neither outcome is rare."""
    short = Series(step=16, most=160, accept=2.0, reject=3.0)
    exact, mean = short.refused(0.2, 0.27)
    draw = random.Random(0)
    runs = [_series(short, 0.2, 0.27, draw) for _ in range(4000)]
    assert sum(refused for refused, _ in runs) / len(runs) == pytest.approx(exact, abs=0.03)
    assert sum(draws for _, draws in runs) / len(runs) == pytest.approx(mean, rel=0.05)


def _series(series: Series, share: float, true: float, draw: random.Random) -> tuple[bool, int]:
    count = 0
    for draws in range(series.step, series.most + 1, series.step):
        count += sum(draw.random() < true for _ in range(series.step))
        ratio = max(log_likelihood_ratio(count, draws, share, rival) for rival in rivals(share))
        if ratio > series.reject or ratio < -series.accept:
            break
    return far_from(share, count, draws, series.reject), draws
