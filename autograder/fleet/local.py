"""Doing the same to many things at once, with results as they finish. Trusted side."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

Item = TypeVar("Item")
Done = TypeVar("Done")


def as_finished(
    do: Callable[[Item], Done], items: Iterable[Item], workers: int
) -> Iterator[tuple[Item, Done]]:
    """Yield each item with `do(item)` as soon as it is done, `workers` at a time.

    Threads suffice: the work itself happens in the sandbox's processes. Only a few items are taken ahead,
    so that a class of any size needs the memory of a few submissions. Left early, it waits for nothing:
    whoever holds the sandbox ends what still runs.
    """
    waiting = iter(items)
    running: dict[Future[Done], Item] = {}
    pool = ThreadPoolExecutor(workers)
    try:
        while True:
            for item in waiting:
                running[pool.submit(do, item)] = item
                if len(running) > workers:
                    break
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                yield running.pop(future), future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
