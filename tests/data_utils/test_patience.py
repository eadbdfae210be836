"""What never comes back is broken off; what comes back in time is left alone."""

import signal
from collections.abc import Callable

import pytest

from data_utils.patience import TookTooLong, not_for_long


def _within_moments(ends: Callable[[], bool]) -> None:
    with not_for_long(0.01):
        while not ends():
            pass


def test_a_loop_without_end_is_broken_off() -> None:
    with pytest.raises(TookTooLong):
        _within_moments(lambda: False)


def test_also_one_that_catches_everything_once() -> None:
    caught = []

    def goes_on() -> bool:
        try:
            while True:
                pass
        except TookTooLong as error:
            caught.append(error)
        return len(caught) == 2

    _within_moments(goes_on)
    assert len(caught) == 2


def test_afterwards_time_runs_on_as_before() -> None:
    before = signal.getsignal(signal.SIGVTALRM)
    with not_for_long():
        pass
    assert signal.getsignal(signal.SIGVTALRM) is before
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)
