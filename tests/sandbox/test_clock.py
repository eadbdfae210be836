"""A box's own time: what it computes, and what it waits for by its own will."""

import itertools

import pytest

from autograder.sandbox import Job, clock
from autograder.sandbox.client import ForkServer
from autograder.sandbox.usage import Look


@pytest.fixture
def seconds(monkeypatch):
    """The wall's seconds, one after the other as they are read: set what comes next."""
    now = [100.0]
    monkeypatch.setattr(clock.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(clock.sys, "platform", "linux")
    return now


def test_who_computes_is_charged_what_it_computed(seconds):
    box = clock.Clock()
    end = box.after(2)
    seconds[0] += 30
    box.note(Look([7], 1, 0.5, [7]))
    assert box.own == 0.5
    assert (end.own, end.wall) == (2, 100 + 2 * clock.WALL)


def test_who_waits_is_charged_the_time_on_the_wall(seconds):
    box = clock.Clock()
    for _ in range(50):
        seconds[0] += 0.02
        box.note(Look([7], 1, 0.1, []))
    assert box.own == pytest.approx(1.0, abs=0.1)


def test_while_the_watcher_itself_had_no_processor_nothing_is_known(seconds):
    box = clock.Clock()
    seconds[0] += 30
    box.note(Look([7], 1, 0.0, []))
    assert box.own < 0.1


def test_processes_that_end_give_nothing_back(seconds):
    box = clock.Clock()
    box.note(Look([7, 8], 2, 3.0, [7, 8]))
    box.note(Look([7], 1, 1.0, [7]))
    assert box.own == 3.0


@pytest.mark.parametrize(("threads", "nice"), [(1, 0), (2, 4), (8, 10), (27, 15), (1000, 19)])
def test_threads_that_compute_share_the_part_of_one(monkeypatch, threads, nice):
    set_to: dict[int, int] = {}
    monkeypatch.setattr(clock.os, "getpriority", lambda kind, thread: 0)
    monkeypatch.setattr(clock.os, "setpriority", lambda kind, thread, value: set_to.update({thread: value}))
    clock.Clock().note(Look([1], 1, 1.0, list(range(threads))))
    assert set(set_to.values()) == ({nice} if nice else set())
    assert threads * 1.25**-nice <= 1 or nice == 19


def test_what_starved_is_recorded_again_alone(monkeypatch):
    from autograder.sandbox import Recording

    recordings = iter([Recording("full", (), busy=True), Recording("full", ()), Recording("full", ())])
    server = ForkServer()
    monkeypatch.setattr(server, "_recorded", lambda job: next(recordings))
    job = Job((), (), None)  # type: ignore[arg-type]
    first, second = server.record(job), server.record(job)
    assert (first.busy, first.alone) == (False, True)
    assert (second.busy, second.alone) == (False, False)


def test_who_runs_alone_has_nobody_beside_it():
    import threading

    from autograder.sandbox.turns import Turns

    turns, order, inside = Turns(), [], itertools.count()
    in_alone, let_go = threading.Event(), threading.Event()

    def alone() -> None:
        with turns.alone():
            in_alone.set()
            let_go.wait(10)
            order.append("alone")

    def beside() -> None:
        in_alone.wait(10)
        with turns.beside():
            order.append(f"beside {next(inside)}")

    threads = [threading.Thread(target=alone), *(threading.Thread(target=beside) for _ in range(2))]
    for thread in threads:
        thread.start()
    in_alone.wait(10)
    let_go.set()
    for thread in threads:
        thread.join()
    assert order[0] == "alone"
    assert sorted(order[1:]) == ["beside 0", "beside 1"]
