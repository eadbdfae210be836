"""What would else be made anew for each submission: known answers and stand-in data. Trusted side.

On a platform each submission meets a container as new as its image. What is the same for all of them is made
here, once, and travels in the package.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from autograder.authoring.bank import read_bank
from autograder.course.layout import Assignment
from autograder.grading.bench import Bench, with_bench
from autograder.grading.expectations_file import record_expectations
from autograder.judging.expectations import expectations_of
from autograder.lab.lab import read_lab
from autograder.sandbox.client import ForkServer


@dataclass(frozen=True)
class Prepared:
    """`expectations`: of all cases, as a file's content; `cache`: files for the cache folder, by name."""

    expectations: bytes
    cache: dict[str, bytes]


def prepared(assignment: Assignment) -> Prepared:
    """Record the lab's own submissions, and judge the reference, which draws all data that judging needs.

    Raises:
        CourseError, AuthoringError, SandboxError: the lab is broken.
    """
    known = record_expectations(assignment, ("sample", "secret"))
    lab = read_lab(assignment)
    reference = read_bank(assignment, lab.rubric, lab.policy).reference

    def judge(bench: Bench) -> None:
        bench.judged(reference, bench.recorder.record(lab.job(reference)))

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "expectations.zip")
        known.write(path)
        expectations = expectations_of(known.recordings, known.about, lab.rubric.limits)
        with (
            _fresh_cache(Path(folder, "cache")) as cache,
            ForkServer(lab.modules(), places=1).start() as server,
        ):
            with_bench(lab, server, None, lambda graders, environment: expectations, judge)
            kept = {
                file.relative_to(cache).as_posix(): file.read_bytes()
                for file in sorted(cache.rglob("*"))
                if file.is_file()
            }
        return Prepared(path.read_bytes(), kept)


@contextmanager
def _fresh_cache(folder: Path) -> Iterator[Path]:
    """An empty cache folder, and no real data: as it is where the platform grades."""
    kept = {name: os.environ.pop(name, None) for name in ("XDG_CACHE_HOME", "COURSE_DATA")}
    os.environ["XDG_CACHE_HOME"] = str(folder)
    folder.mkdir()
    try:
        yield folder
    finally:
        del os.environ["XDG_CACHE_HOME"]
        os.environ.update({name: value for name, value in kept.items() if value is not None})
