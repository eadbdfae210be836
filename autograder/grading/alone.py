"""One command at a time writes results into a folder. Trusted side."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.course.layout import CourseError


@contextmanager
def alone_in(out: Path) -> Iterator[None]:
    """While the block runs, no other command that asks for the same writes results into `out`.

    The system lets go of the folder when this process ends, however it does. On a file server without such
    locks nobody is kept out.

    Raises:
        CourseError: another one is at it.
    """
    folder = os.open(out, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CourseError(
                f"Another grading or judging writes into {out} now: wait for it, or choose another folder."
            ) from error
        except OSError:
            pass
        yield
    finally:
        os.close(folder)
